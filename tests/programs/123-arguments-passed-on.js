// Surplus arguments of setTimeout, setInterval, setImmediate and nextTick go to the callback.
function show(a, b, c) {
  console.log(a, b, c);
}
function tick(a, b) {
  console.log(a, b);
  clearInterval(interval);
}
setTimeout(show, 100, 'timeout', 1);
const interval = setInterval(tick, 150, 'interval', 2);
setImmediate(show, 'immediate', 3, null);
process.nextTick(show, 'tick', 4, undefined, 'dropped');
queueMicrotask(show);
