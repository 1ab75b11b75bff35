// Small helpers shared by the parts below. Every page works without this script: it only saves
// people waiting, typing and looking. No innerHTML, no eval, no storage, no words of its own.
(function (tb) {
'use strict';
document.documentElement.classList.add('js');
tb.all = function (selector, root) { return Array.from((root || document).querySelectorAll(selector)); };
tb.one = function (selector, root) { return (root || document).querySelector(selector); };
tb.words = function (name) {
const holder = tb.one('[data-dialogs]');
return holder ? holder.getAttribute('data-text-' + name) || '' : '';
};
tb.csrf = function () {
const field = tb.one('input[name=_csrf]');
return field ? field.value : '';
};
// While an input method composes, no key means anything to us (ux 6.8).
tb.composing = function (event) { return event.isComposing || event.keyCode === 229; };
tb.typing = function (node) {
return !!node && (node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.nodeName)
&& !/^(checkbox|radio|button|submit|file)$/.test(node.type || ''));
};
tb.make = function (tag, attributes, text) {
const node = document.createElement(tag);
Object.keys(attributes || {}).forEach(function (name) { node.setAttribute(name, attributes[name]); });
if (text) node.textContent = text;
return node;
};
tb.icon = function (name) {
const space = 'http://www.w3.org/2000/svg';
const svg = document.createElementNS(space, 'svg');
const use = document.createElementNS(space, 'use');
const model = tb.one('svg use');
svg.setAttribute('class', 'ico');
svg.setAttribute('aria-hidden', 'true');
use.setAttribute('href', (model ? model.getAttribute('href').split('#')[0] : '') + '#' + name);
svg.appendChild(use);
return svg;
};
tb.toast = function (text) {
const toast = tb.one('[data-toast]');
if (!toast) return;
toast.textContent = text;
clearTimeout(tb.toastTimer);
tb.toastTimer = setTimeout(function () { toast.textContent = ''; }, 6000);
};
tb.starters = [];
tb.start = function (start) { tb.starters.push(start); };
tb.wake = function (root) { tb.starters.forEach(function (start) { start(root); }); };
document.addEventListener('DOMContentLoaded', function () {
tb.wake(document);
const errors = tb.one('[data-error-summary]');
if (errors) errors.focus();
});
window.addEventListener('offline', function () { tb.toast(tb.words('offline')); });
}(window.tb = window.tb || {}));
