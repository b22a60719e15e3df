// A module's body runs in a poll phase, when its file has been read: immediates come first, however
// late the timers are.
function block(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
setTimeout(() => console.log('timer'), 0);
setImmediate(() => console.log('immediate'));
await null;
block(10);
console.log('body ends');
