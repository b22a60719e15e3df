// An interval that clears itself takes its emptied list away at once: when it throws then, the next
// timer runs before its microtasks. The list of a timeout stays a moment longer.
function block(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
process.on('uncaughtException', (error) => console.log('uncaught', error.message));
const t = setInterval(() => {
  clearInterval(t);
  queueMicrotask(() => console.log('microtask of the interval'));
  throw new Error('interval');
}, 1);
setTimeout(() => console.log('timer 3'), 3);
setTimeout(() => {
  queueMicrotask(() => console.log('microtask of the timeout'));
  throw new Error('timeout');
}, 5);
setTimeout(() => console.log('timer 7'), 7);
block(20);
