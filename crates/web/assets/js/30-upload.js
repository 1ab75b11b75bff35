// Uploads in pieces of 1 MiB that go on after a break. Without this the file goes with the form.
// POST url (_csrf, name, size, type) -> {"id","offset"}; POST url/id?offset=n (bytes, X-Csrf) ->
// {"offset"} and at the end {"offset","done":true,"label"}; 409 {"offset"} says where to go on;
// other 4xx {"error"} means this file will not do. The form then carries <name>_id. A form that is sent
// while its files are on the way waits for them.
(function (tb) {
'use strict';
const PIECE = 1048576;
const waiting = new Map();
document.addEventListener('submit', function (event) {
const form = event.target;
if (!tb.one('[data-up-going]', form)) return;
event.preventDefault();
event.stopImmediatePropagation();
waiting.set(form, event.submitter);
}, true);
function settle(row, good) {
const form = row.closest('form');
row.removeAttribute('data-up-going');
if (!form || !waiting.has(form)) return;
if (good && tb.one('[data-up-going]', form)) return;
const button = waiting.get(form);
waiting.delete(form);
if (good) form.requestSubmit(button);
}
function send(box, input, file) {
const url = box.getAttribute('data-upload');
const text = function (name) { return box.getAttribute('data-text-' + name) || ''; };
const row = tb.make('li', {}), name = tb.make('span', {}, file.name);
const state = tb.make('span', { role: 'status' }, text('wait')), bar = tb.make('progress', { max: '100', value: '0' });
bar.setAttribute('aria-label', file.name);
[name, state, bar].forEach(function (node) { row.appendChild(node); });
tb.one('[data-up-list]', box).appendChild(row);
const limit = Number(box.getAttribute('data-limit') || 0);
function fail(words, again) {
settle(row, false);
row.className = 'bad';
state.textContent = words;
bar.remove();
if (again) {
const button = tb.make('button', { type: 'button', class: 'copy' }, text('retry'));
button.addEventListener('click', function () { row.remove(); send(box, input, file); });
row.appendChild(button);
}
}
if (limit && file.size > limit) { fail(text('large')); return; }
row.setAttribute('data-up-going', '');
function read(answer) {
return answer.json().catch(function () { return {}; }).then(function (told) {
told.status = answer.status;
return told;
});
}
function finish(told, id) {
row.className = 'good';
state.textContent = told.label || text('done');
bar.remove();
row.appendChild(tb.make('input', { type: 'hidden', name: input.name + '_id', value: id }));
const form = box.closest('form');
input.removeAttribute('aria-invalid');
if (form && form.hasAttribute('data-upload-submit')) { if (form.requestSubmit) form.requestSubmit(); else form.submit(); }
settle(row, true);
}
let misses = 0;
function piece(id, offset) {
state.textContent = text('going') + ' ' + Math.round(offset / Math.max(file.size, 1) * 100) + '%';
bar.value = offset / Math.max(file.size, 1) * 100;
fetch(url + '/' + encodeURIComponent(id) + '?offset=' + offset, {
method: 'POST', body: file.slice(offset, offset + PIECE), credentials: 'same-origin',
headers: { 'X-Csrf': tb.csrf(), 'Content-Type': 'application/octet-stream' }
}).then(read).then(function (told) {
misses = 0;
if (told.status === 409 && told.offset >= 0) piece(id, told.offset);
else if (told.status >= 500) throw new Error('server');
else if (told.status >= 400) fail(told.error || text('refused'));
else if (told.done) finish(told, id);
else {
if (told.offset >= file.size) state.textContent = text('check');
piece(id, told.offset);
}
}).catch(function () {
misses += 1;
state.textContent = text('network');
if (misses > 8) fail(text('network'), true);
else setTimeout(function () { piece(id, offset); }, Math.min(1000 * Math.pow(2, misses), 30000));
});
}
const start = new URLSearchParams();
start.append('_csrf', tb.csrf());
start.append('name', file.name);
start.append('size', String(file.size));
start.append('type', file.type);
fetch(url, { method: 'POST', body: start, credentials: 'same-origin', headers: { Accept: 'application/json' } })
.then(read).then(function (told) {
if (told.status >= 400 || !told.id) { fail(told.error || text('refused'), told.status >= 500); return; }
piece(told.id, told.offset || 0);
}).catch(function () { fail(text('network'), true); });
}
tb.start(function (root) {
tb.all('[data-upload]', root).forEach(function (box) {
const input = tb.one('input[type=file]', box), drop = tb.one('.up-drop', box);
box.classList.add('up-on');
function take(files) {
Array.from(files).forEach(function (file) { send(box, input, file); });
input.value = '';
}
input.addEventListener('change', function () { take(input.files); });
['dragover', 'dragleave', 'drop'].forEach(function (kind) {
drop.addEventListener(kind, function (event) {
event.preventDefault();
drop.classList.toggle('up-over', kind === 'dragover');
if (kind === 'drop') take(event.dataTransfer.files);
});
});
});
tb.all('.up:not([data-upload])', root).forEach(function (box) {
const input = tb.one('input[type=file]', box), list = tb.one('[data-up-list]', box);
box.classList.add('up-on');
input.addEventListener('change', function () {
list.textContent = '';
Array.from(input.files).forEach(function (file) {
list.appendChild(tb.make('li', {})).appendChild(tb.make('span', {}, file.name));
});
});
});
});
}(window.tb));
