// The session warning, reading aloud, and menus that close.
(function (tb) {
'use strict';
let back = null;
tb.close = function () {
const holder = tb.one('[data-dialogs]');
if (!holder || holder.hidden) return false;
holder.hidden = true;
holder.textContent = '';
if (back) back.focus();
return true;
};
tb.dialog = function (title, body, actions) {
const holder = tb.one('[data-dialogs]');
if (!holder) return;
tb.close();
back = document.activeElement;
const box = tb.make('div', { class: 'dialog', role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': 'dialog-title', tabindex: '-1' });
box.appendChild(tb.make('h2', { id: 'dialog-title' }, title));
box.appendChild(body);
const row = tb.make('div', { class: 'acts' });
actions.forEach(function (action) { row.appendChild(action); });
box.appendChild(row);
holder.appendChild(box);
holder.hidden = false;
box.focus();
holder.onkeydown = function (event) {
if (event.key !== 'Tab') return;
const stops = tb.all('a,button', box);
const last = event.shiftKey ? stops[0] : stops[stops.length - 1];
if (document.activeElement === last || document.activeElement === box) {
event.preventDefault();
(event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
}
};
};
tb.button = function (label, kind, act) {
const button = tb.make('button', { type: 'button', class: 'btn btn-' + kind + ' btn-48' }, label);
button.addEventListener('click', act);
return button;
};
tb.sessionOver = function () {
const next = encodeURIComponent(location.pathname + location.search);
const link = tb.make('a', { class: 'btn btn-primary btn-48', href: '/login?next=' + next }, tb.words('login'));
tb.dialog(tb.words('session-title'), tb.make('p', {}, tb.words('session')), [link]);
};
// Two minutes before the end one is asked; whatever the server heard since begins the time anew.
let session = 0, ending = 0, asked = false;
tb.alive = function () {
if (!session) return;
clearTimeout(ending);
if (asked) { asked = false; tb.close(); }
ending = setTimeout(function () {
tb.dialog(tb.words('session-title'), tb.make('p', {}, tb.words('session')), [tb.button(tb.words('stay'), 'primary', function () {
fetch('/my', { method: 'HEAD', credentials: 'same-origin' }).then(function (answer) {
if (answer.redirected) tb.sessionOver(); else tb.alive();
}).catch(function () { tb.toast(tb.words('offline')); });
})]);
asked = true;
ending = setTimeout(tb.sessionOver, Math.min(120, session - 20) * 1000);
}, Math.max(session - 120, 20) * 1000);
};
function aloud(button) {
if (!window.speechSynthesis) return;
button.hidden = false;
const label = tb.one('span', button);
button.addEventListener('click', function () {
if (speechSynthesis.speaking) { speechSynthesis.cancel(); label.textContent = tb.words('read'); return; }
const said = new SpeechSynthesisUtterance(tb.one('main').innerText);
said.lang = document.documentElement.lang;
said.rate = 0.85;
said.onend = function () { label.textContent = tb.words('read'); };
label.textContent = tb.words('read-stop');
speechSynthesis.speak(said);
});
}
tb.start(function (root) {
tb.all('[data-read]', root).forEach(aloud);
if (root === document) {
const holder = tb.one('[data-dialogs]');
session = holder ? Number(holder.getAttribute('data-session')) : 0;
tb.alive();
}
});
document.addEventListener('click', function (event) {
tb.all('details.me[open]').forEach(function (menu) { if (!menu.contains(event.target)) menu.open = false; });
});
}(window.tb));
