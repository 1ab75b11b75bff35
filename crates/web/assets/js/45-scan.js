// <div data-scan="text" data-look data-none data-denied data-unable hidden>: a code before the camera, or in a
// photograph, is read into the field and sent. Buttons [data-do=camera|photo|stop], a video, a file input, a
// line that says what goes on. Where the camera or the reading of codes is missing, it says so and what to do.
(function (tb) {
'use strict';
function scan(node) {
const field = document.getElementById(node.getAttribute('data-scan')), file = tb.one('input', node);
const video = tb.one('video', node), told = tb.one('[role=status]', node);
if (!field || !file || !video) return;
const button = function (name) { return tb.one('[data-do=' + name + ']', node); };
const say = function (name) { told.textContent = name ? node.getAttribute('data-' + name) : ''; };
let stream = null, reader = null;
node.hidden = false;
function stop() {
if (stream) stream.getTracks().forEach(function (track) { track.stop(); });
stream = video.srcObject = null;
video.hidden = button('stop').hidden = true;
button('camera').hidden = false;
}
function take(text) {
stop();
say('');
field.value = text;
field.form.requestSubmit();
}
function detect(picture) {
return reader.detect(picture).then(function (found) { return found.length ? found[0].rawValue : ''; });
}
function look(until) {
if (!stream) return;
if (Date.now() > until) { stop(); say('none'); return; }
detect(video).catch(function () { return ''; }).then(function (text) {
if (!stream) return;
if (text) take(text); else setTimeout(function () { look(until); }, 200);
});
}
function unable() { say('unable'); field.focus(); }
function denied() { stop(); say('denied'); button('photo').hidden = false; }
button('camera').addEventListener('click', function () {
if (!window.BarcodeDetector) { unable(); return; }
reader = reader || new window.BarcodeDetector({ formats: ['qr_code'] });
if (!navigator.mediaDevices) { denied(); return; }
navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }).then(function (got) {
stream = video.srcObject = got;
video.hidden = button('stop').hidden = false;
button('camera').hidden = true;
say('look');
return video.play();
}).then(function () { look(Date.now() + 60000); }).catch(denied);
});
button('stop').addEventListener('click', function () { stop(); say(''); button('camera').focus(); });
button('photo').addEventListener('click', function () { file.click(); });
file.addEventListener('change', function () {
if (!file.files[0]) return;
createImageBitmap(file.files[0]).then(detect).then(function (text) {
if (text) take(text); else say('none');
}).catch(function () { say('none'); });
file.value = '';
});
window.addEventListener('pagehide', stop);
}
tb.start(function (root) { tb.all('[data-scan]', root).forEach(scan); });
}(window.tb));
