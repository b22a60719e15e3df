// Timers that have expired but not yet run can still be cleared: by a timer, its tick, its
// microtask.
const say = (...words) => () => console.log(...words);
function block(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
function first() {
  console.log('first');
  clearTimeout(second);
  clearTimeout(other);
  process.nextTick(() => clearTimeout(third));
  queueMicrotask(() => clearTimeout(fourth));
}
setTimeout(first, 1);
const second = setTimeout(say('never: second'), 1);
const third = setTimeout(say('never: third'), 1);
const fourth = setTimeout(say('never: fourth'), 1);
setTimeout(say('fifth'), 1);
const other = setTimeout(say('never: another list'), 3);
setTimeout(say('second of another list'), 3);
block(20);
