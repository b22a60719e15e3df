// Timers that are late when the script ends run before the first turn; the turn follows, although
// what they leave would keep nobody waiting.
function block(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
setTimeout(() => console.log('timer'), 1);
setTimeout(() => console.log('never: timer 500, unref'), 500).unref();
setImmediate(() => console.log('immediate, unref')).unref();
block(10);
