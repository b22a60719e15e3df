// The host's own timer stays set for a timer that is cleared: when that fires nothing is due, and
// ticks that an uncaught error has left run all the same.
const block = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
let rounds = 0;
process.on('uncaughtException', () => {
  if (rounds === 6) return;
  rounds += 1;
  process.nextTick(() => {
    console.log('tick', rounds);
    block(3);
    throw new Error('again');
  });
});
process.nextTick(() => {
  clearTimeout(timer);
  setImmediate(() => console.log('immediate'));
});
const timer = setTimeout(() => console.log('never'), 0);
setTimeout(() => console.log('late'), 400);
throw new Error('first');
