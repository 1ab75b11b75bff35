// Keys of the staff pages: data-key on a button or link presses or focuses it; F4 goes to the next
// error, Alt+1…9 to a section, Enter to the next field, ? shows them all. Nothing while composing.
(function (tb) {
'use strict';
const ARROWS = { '↑': 'ArrowUp', '↓': 'ArrowDown', '←': 'ArrowLeft', '→': 'ArrowRight' };
function spelled(key) {
return key.split('+').map(function (part) { return ARROWS[part] || part; }).join('+').toLowerCase();
}
function pressed(event) {
const key = event.key === ' ' ? 'Space' : event.key;
return (event.ctrlKey ? 'ctrl+' : '') + (event.altKey ? 'alt+' : '')
+ (event.shiftKey && key.length > 1 ? 'shift+' : '') + key.toLowerCase();
}
function go(node) {
if (!node) return false;
const section = node.matches('section,fieldset,div,h2') ? tb.one('input:not([type=hidden]),select,textarea,a,button', node) : null;
node.scrollIntoView({ block: 'center' });
(section || node).focus();
return true;
}
function press(node) {
if (node.matches('input,select,textarea')) { node.focus(); if (/^(checkbox|radio)$/.test(node.type)) node.click(); }
else node.click();
}
function help() {
const list = tb.make('div', { class: 'keymap' });
function row(key, label) {
list.appendChild(tb.make('kbd', { class: 'key' }, key));
list.appendChild(tb.make('span', {}, label));
}
tb.all('[data-key]').forEach(function (node) {
const copy = node.cloneNode(true);
tb.all('kbd', copy).forEach(function (key) { key.remove(); });
const label = node.getAttribute('aria-label') || copy.textContent.trim();
row(node.getAttribute('data-key'), label);
});
if (tb.one('.dense')) {
row('F4', tb.words('key-error'));
row('Alt+1…9', tb.words('key-section'));
row('Enter', tb.words('key-next'));
row('Shift+Enter', tb.words('key-before'));
}
row('?', tb.words('keys'));
tb.dialog(tb.words('keys'), list, [tb.button(tb.words('close'), 'secondary', tb.close)]);
}
function nextError() {
const bad = tb.all('[aria-invalid=true],.fld-bad .inp').filter(function (node, i, all) { return all.indexOf(node) === i; });
if (!bad.length) return false;
const at = bad.findIndex(function (node) { return node === document.activeElement || node.contains(document.activeElement); });
return go(bad[(at + 1) % bad.length]);
}
function nextField(event) {
const form = event.target.form;
const fields = tb.all('input,select,textarea,button', form).filter(function (node) {
return node.type !== 'hidden' && !node.disabled && node.offsetParent !== null;
});
const at = fields.indexOf(event.target) + (event.shiftKey ? -1 : 1);
if (fields[at]) { fields[at].focus(); if (fields[at].select && fields[at].type === 'text') fields[at].select(); }
}
document.addEventListener('keydown', function (event) {
if (tb.composing(event)) return;
if (event.key === 'Escape') { if (tb.close()) event.preventDefault(); tb.all('details.me[open]').forEach(function (m) { m.open = false; }); return; }
if (!document.body.hasAttribute('data-staff')) return;
const holder = tb.one('[data-dialogs]');
if (holder && !holder.hidden) return;
const inField = tb.typing(document.activeElement), name = pressed(event);
if (name.length === 1 && inField) return;
let done = false;
const named = tb.all('[data-key]').find(function (node) { return spelled(node.getAttribute('data-key')) === name; });
if (named) { press(named); done = true; }
else if (name === 'f4') done = nextError();
else if (/^alt\+[1-9]$/.test(name)) done = go(tb.all('[data-section]')[Number(name.slice(4)) - 1]);
else if ((name === '?' && !inField) || name === 'f1') { help(); done = true; }
else if ((name === 'enter' || name === 'shift+enter') && event.target.form && event.target.closest('.dense')
&& /^(INPUT|SELECT)$/.test(event.target.nodeName) && !/^(submit|button)$/.test(event.target.type)) { nextField(event); done = true; }
if (done) event.preventDefault();
});
tb.start(function (root) {
tb.all('[data-keys-open]', root).forEach(function (button) { button.hidden = false; button.addEventListener('click', help); });
const clock = root === document ? tb.one('[data-clock]') : null;
if (clock && /^\d\d:\d\d:\d\d$/.test(clock.textContent)) {
const parts = clock.textContent.split(':').map(Number), began = Date.now();
const base = parts[0] * 3600 + parts[1] * 60 + parts[2];
setInterval(function () {
const now = (base + Math.floor((Date.now() - began) / 1000)) % 86400;
clock.textContent = [now / 3600, now / 60 % 60, now % 60].map(function (n) { return ('0' + Math.floor(n)).slice(-2); }).join(':');
}, 1000);
}
});
}(window.tb));
