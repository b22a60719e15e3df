// Ticks are drained to the end, then microtasks to the end, then again: neither interrupts the
// other.
const say = (...words) => () => console.log(...words);
function microtask1() {
  console.log('microtask 1');
  process.nextTick(say('tick from microtask 1'));
  queueMicrotask(say('microtask from microtask 1'));
}
function tick1() {
  console.log('tick 1');
  queueMicrotask(say('microtask from tick 1'));
  process.nextTick(say('tick from tick 1'));
}
queueMicrotask(microtask1);
queueMicrotask(say('microtask 2'));
process.nextTick(tick1);
process.nextTick(say('tick 2'));
