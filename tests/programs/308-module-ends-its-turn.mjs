// A module's body runs within a turn of the loop, which goes on to its end: what is due runs, although
// nobody waits for it.
function block(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
setTimeout(() => console.log('timer, unref'), 1).unref();
setTimeout(() => console.log('never: timer 500, unref'), 500).unref();
setImmediate(() => console.log('immediate, unref')).unref();
await null;
block(10);
console.log('body ends');
