// Submitting once, saving while typing, small comforts of fields.
(function (tb) {
'use strict';
// A form goes out once; the button says so. The server refuses repeats too (idem).
document.addEventListener('submit', function (event) {
const form = event.target;
if (event.defaultPrevented || (form.method || '').toLowerCase() !== 'post' || form.target) return;
if (form.hasAttribute('data-sent')) { event.preventDefault(); return; }
form.setAttribute('data-sent', '');
const button = event.submitter || tb.one('button[type=submit]', form);
if (!button) return;
setTimeout(function () {
const label = tb.one('span', button) || button;
button.setAttribute('aria-busy', 'true');
button.setAttribute('data-label', label.textContent);
label.textContent = button.getAttribute('data-busy') || label.textContent;
}, 0);
});
window.addEventListener('pageshow', function (event) {
if (!event.persisted) return;
tb.all('form[data-sent]').forEach(function (form) { form.removeAttribute('data-sent'); });
tb.all('[aria-busy=true]').forEach(function (button) {
button.removeAttribute('aria-busy');
(tb.one('span', button) || button).textContent = button.getAttribute('data-label') || '';
});
});

function say(form, state, time) {
const line = tb.one('[data-saved]', form) || tb.one('[data-saved]');
if (!line) return;
line.setAttribute('data-state', state);
line.textContent = '';
const icon = { saving: 'refresh', saved: 'check', failed: 'warn', conflict: 'warn' }[state];
line.appendChild(tb.icon(icon));
const words = line.getAttribute('data-text-' + (state === 'conflict' ? 'conflict' : state)) || '';
line.appendChild(tb.make('span', {}, words + (time ? ' ' + time : '')));
if (state === 'failed') {
const again = tb.make('button', { type: 'button' }, line.getAttribute('data-text-retry'));
again.addEventListener('click', function () { form.tbSave(); });
line.appendChild(again);
}
}
function values(form, name) {
return tb.all('[name="' + CSS.escape(name) + '"]', form).filter(function (field) {
return !/^(checkbox|radio)$/.test(field.type) || field.checked;
}).map(function (field) { return field.value; });
}
// An answer has brought up other questions, or made some fall away: the page is asked for anew and only
// those are put in or taken out, so that nothing typed meanwhile is lost.
function follow(form) {
const find = function (root, name) { return tb.one('[data-q="' + CSS.escape(name) + '"]', root); };
const name = function (node) { return node && node.getAttribute('data-q'); };
fetch(form.getAttribute('action'), { credentials: 'same-origin' }).then(function (answer) { return answer.ok ? answer.text() : ''; }).then(function (html) {
const page = html && tb.parse(html);
if (!page || !tb.one('[data-q]', page)) return;
tb.all('[data-q]', form).forEach(function (node) { if (!find(page, name(node))) node.remove(); });
let more = false;
tb.all('[data-q]', page).forEach(function (node) {
if (find(form, name(node))) return;
const fresh = document.importNode(node, true);
const before = name(node.previousElementSibling), after = name(node.nextElementSibling);
if (before && find(form, before)) find(form, before).after(fresh);
else if (after && find(form, after)) find(form, after).before(fresh);
else return;
tb.wake(fresh);
more = true;
});
if (more) tb.toast(form.getAttribute('data-text-more'));
}).catch(function () {});
}
// <form data-autosave="/address" data-version="3">: posts _csrf and the changed fields with
// If-Match, hears {"version":4,"time":"14:05"}; 409 and 412 mean another device was first.
function autosave(form) {
const changed = new Set();
let timer = 0, wait = 2000, busy = false, failed = false, going = false, by = null;
function goOn() {
if (!going || changed.size) return;
going = false;
if (form.requestSubmit) form.requestSubmit(by || undefined); else form.submit();
}
form.tbSave = function () {
clearTimeout(timer);
if (busy || !changed.size || form.hasAttribute('data-sent')) return;
const names = Array.from(changed);
const body = new URLSearchParams();
changed.clear();
body.append('_csrf', tb.csrf());
names.forEach(function (name) {
const found = values(form, name);
(found.length ? found : ['']).forEach(function (value) { body.append(name, value); });
});
busy = true;
say(form, 'saving');
const headers = { 'If-Match': '"' + (form.getAttribute('data-version') || '') + '"', 'Accept': 'application/json' };
// What a page saves by itself keeps no screen of staff open.
if (document.body.hasAttribute('data-staff')) headers['X-Background'] = '1';
fetch(form.getAttribute('data-autosave'), { method: 'POST', body: body, credentials: 'same-origin', headers: headers }).then(function (answer) {
if (answer.status === 409 || answer.status === 412) { say(form, 'conflict'); return null; }
if (answer.status === 401 || answer.status === 403) { tb.sessionOver(); throw new Error('session'); }
if (!answer.ok) throw new Error('status');
return answer.json();
}).then(function (told) {
busy = failed = false;
wait = 2000;
if (!told) { going = false; return; }
tb.alive();
const version = form.querySelector('input[name=_version]');
form.setAttribute('data-version', told.version);
if (version) version.value = told.version;
say(form, 'saved', told.time);
if (told.other) follow(form);
if (changed.size) timer = setTimeout(form.tbSave, 2000); else goOn();
}).catch(function () {
busy = false;
failed = true;
names.forEach(function (name) { changed.add(name); });
say(form, 'failed');
wait = Math.min(wait * 2, 30000);
timer = setTimeout(form.tbSave, wait);
});
};
form.addEventListener('input', function (event) {
if (!event.target.name || event.target.type === 'file' || event.target.type === 'password') return;
changed.add(event.target.name);
clearTimeout(timer);
timer = setTimeout(form.tbSave, 2000);
});
form.addEventListener('change', function (event) { if (!tb.typing(event.target)) form.tbSave(); });
form.addEventListener('focusout', function () { if (changed.size) form.tbSave(); });
// Going on without a network would lead to the browser's own error page and lose what was typed: the
// page stays, says so, and goes on by itself once everything is saved.
form.addEventListener('submit', function (event) {
if (!failed && navigator.onLine !== false) return;
event.preventDefault();
going = true;
by = event.submitter;
say(form, 'failed');
tb.toast(tb.words('offline'));
form.tbSave();
});
window.addEventListener('online', function () { if (changed.size) form.tbSave(); else goOn(); });
window.addEventListener('beforeunload', function (event) {
if (failed && changed.size && !form.hasAttribute('data-sent')) event.preventDefault();
});
}

function copyText(value) {
if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(value);
const field = tb.make('textarea', { class: 'vh' });
field.value = value;
document.body.appendChild(field);
field.select();
document.execCommand('copy');
field.remove();
return Promise.resolve();
}
tb.start(function (root) {
tb.all('form[data-autosave]', root).forEach(autosave);
tb.all('[data-copy]', root).forEach(function (button) {
button.hidden = false;
button.addEventListener('click', function () {
copyText(button.getAttribute('data-copy')).then(function () {
const label = tb.one('span', button), old = label.textContent;
label.textContent = button.getAttribute('data-done');
tb.toast(button.getAttribute('data-done'));
setTimeout(function () { label.textContent = old; }, 3000);
});
});
});
tb.all('[data-show]', root).forEach(function (button) {
button.hidden = false;
button.addEventListener('click', function () {
const field = document.getElementById(button.getAttribute('data-show'));
const hidden = field.type === 'password';
field.type = hidden ? 'text' : 'password';
button.textContent = button.getAttribute(hidden ? 'data-on' : 'data-off');
});
});
tb.all('[data-insert]', root).forEach(function (button) {
button.hidden = false;
button.addEventListener('click', function () {
const field = document.getElementById(button.getAttribute('data-into'));
field.value += button.getAttribute('data-insert');
field.dispatchEvent(new Event('input', { bubbles: true }));
field.focus();
});
});
tb.all('form[data-autosubmit]', root).forEach(function (form) {
form.addEventListener('change', function () { if (form.requestSubmit) form.requestSubmit(); else form.submit(); });
});
});
}(window.tb));
