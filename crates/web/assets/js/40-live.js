// Parts of a page that renew themselves: swapped fragments, pushed changes, the rotating code.
(function (tb) {
'use strict';
let policy = null;
function parse(html) {
// Only our own server's pages come here; the parser runs no script, and scripts are dropped.
if (window.trustedTypes && !policy) {
policy = window.trustedTypes.createPolicy('tongban', { createHTML: function (text) { return text; } });
}
return new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, 'text/html');
}
tb.parse = parse;
tb.swap = function (address, id, options) {
const settings = Object.assign({ credentials: 'same-origin', headers: {} }, options || {});
settings.headers['X-Fragment'] = id;
return fetch(address, settings).then(function (answer) {
if (answer.status === 401) { tb.sessionOver(); throw new Error('session'); }
if (!answer.ok) throw new Error('status');
return answer.text().then(function (html) { return { html: html, url: answer.url }; });
}).then(function (told) {
const found = parse(told.html).getElementById(id), old = document.getElementById(id);
if (!found || !old) throw new Error('fragment');
tb.all('script', found).forEach(function (script) { script.remove(); });
const fresh = document.importNode(found, true);
const focused = document.activeElement && old.contains(document.activeElement) ? document.activeElement.id : '';
old.replaceWith(fresh);
tb.wake(fresh.parentNode === null ? fresh : { querySelectorAll: function (s) { return tb.within(fresh, s); } });
if (focused && document.getElementById(focused)) document.getElementById(focused).focus();
return told.url;
});
};
tb.within = function (node, selector) {
const found = Array.from(node.querySelectorAll(selector));
if (node.matches(selector)) found.unshift(node);
return found;
};
document.addEventListener('click', function (event) {
const link = event.target.closest('a[data-swap]');
if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
event.preventDefault();
tb.swap(link.href, link.getAttribute('data-swap')).then(function (url) {
history.pushState({ swap: link.getAttribute('data-swap') }, '', url);
}).catch(function () { location.assign(link.href); });
});
window.addEventListener('popstate', function (event) { if (event.state && event.state.swap) location.reload(); });

// <div id="live" data-live="/events?topic=…">: a pushed message, or else 15 s, renews the element.
function live(node) {
const id = node.id;
let poll = 0;
function renew() { if (!document.hidden) tb.swap(location.href, id).catch(function () {}); }
function fall() { if (!poll) poll = setInterval(function () { if (document.getElementById(id)) renew(); else clearInterval(poll); }, 15000); }
if (tb.source || !window.EventSource) { if (!window.EventSource) fall(); return; }
const source = tb.source = new EventSource(node.getAttribute('data-live'));
source.onmessage = renew;
source.addEventListener('changed', renew);
source.onerror = function () { if (source.readyState === 2) fall(); };
source.onopen = function () { clearInterval(poll); poll = 0; };
window.addEventListener('pagehide', function () { source.close(); });
}
// <div id="code" data-refresh="60" data-refresh-url="…" data-refresh-text="%n …">: counts down in
// words ([data-refresh-left]) and cells ([data-refresh-cells] i), then fetches the next code.
function refresh(node) {
const total = Number(node.getAttribute('data-refresh')) || 60;
const words = node.getAttribute('data-refresh-text') || '%n';
const left = tb.one('[data-refresh-left]', node), cells = tb.all('[data-refresh-cells] i', node);
const end = Date.now() + total * 1000;
const timer = setInterval(function () {
const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
if (!document.body.contains(node)) { clearInterval(timer); return; }
if (left) left.textContent = words.replace('%n', String(seconds));
cells.forEach(function (cell, i) { cell.className = i < Math.ceil(seconds / total * cells.length) ? '' : 'off'; });
if (seconds > 0 || document.hidden) return;
clearInterval(timer);
tb.swap(node.getAttribute('data-refresh-url') || location.href, node.id).catch(function () { location.reload(); });
}, 1000);
if (navigator.wakeLock) navigator.wakeLock.request('screen').catch(function () {});
}
tb.start(function (root) {
tb.all('[data-live]', root).forEach(live);
tb.all('[data-refresh]', root).forEach(refresh);
});
}(window.tb));
