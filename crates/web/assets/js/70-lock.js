// The lock of staff pages: at once by its button, by itself when nothing is done, in every tab. The page
// is taken out of the document until the password was given, so that nothing written on it is lost.
(function (tb) {
'use strict';
tb.start(function (root) {
const box = root === document ? tb.one('[data-lock]') : null;
if (!box) return;
const seconds = Number(box.getAttribute('data-lock')), told = tb.one('[data-lock-told]', box);
const form = tb.one('form', box), pass = tb.one('input[type=password]', box);
const tabs = window.BroadcastChannel ? new BroadcastChannel('tongban-lock') : { postMessage: function () {} };
const offline = tb.words('offline');
let kept = null, focus = null, timer = 0, done = false;
function send(address, body) {
return fetch(address, { method: body ? 'POST' : 'GET', body: body, credentials: 'same-origin', headers: { 'X-Background': '1' } });
}
function data(from) { return new URLSearchParams(new FormData(from)); }
function out() { location.assign('/staff/login?over=1&next=' + encodeURIComponent(location.pathname + location.search)); }
function say(text) { told.textContent = text; told.hidden = !text; }
function wait(left) { clearTimeout(timer); timer = setTimeout(ask, (left + 1) * 1000); }
function show() {
if (kept) return;
tb.close();
focus = document.activeElement;
kept = document.createDocumentFragment();
Array.from(document.body.childNodes).forEach(function (node) { if (node !== box) kept.appendChild(node); });
pass.value = '';
say('');
box.hidden = false;
pass.focus();
}
function open() {
if (kept) document.body.insertBefore(kept, box);
kept = null;
box.hidden = true;
if (focus && focus.focus) focus.focus();
wait(seconds);
}
function ask() {
send('/staff/lock?state=1').then(function (answer) { return answer.json(); }).then(function (stands) {
if (stands.locked) show(); else if (kept) open(); else wait(stands.seconds);
}).catch(function () { if (navigator.onLine) out(); else show(); });
}
tabs.onmessage = function (event) { if (event.data === 'lock') show(); else ask(); };
document.addEventListener('submit', function (event) {
const now = event.target.closest('[data-lock-now]');
if (!now) return;
event.preventDefault();
const body = data(now);
show();
tabs.postMessage('lock');
send(now.action, body).catch(function () {});
});
form.addEventListener('submit', function (event) {
event.preventDefault();
send(form.action, data(form)).then(function (answer) {
pass.value = '';
if (answer.status === 204) { open(); tabs.postMessage('open'); return null; }
if (answer.status !== 422) { out(); return null; }
return answer.json().then(function (wrong) { say(wrong.title + ' ' + wrong.detail); pass.focus(); });
}).catch(function () { say(offline); });
});
// Somebody who writes for long is here: the server hears of it once a while.
['keydown', 'pointerdown'].forEach(function (name) { document.addEventListener(name, function () { done = true; }, true); });
setInterval(function () {
if (!done || kept) return;
done = false;
fetch('/staff', { method: 'HEAD', credentials: 'same-origin' }).catch(function () {});
}, Math.min(60, seconds / 4) * 1000);
document.addEventListener('visibilitychange', function () { if (!document.hidden) ask(); });
wait(seconds);
});
}(window.tb));
