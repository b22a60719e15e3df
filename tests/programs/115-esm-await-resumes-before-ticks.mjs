// Top-level await resumes as a microtask, still before the ticks that the body queued.
const say = (...words) => () => console.log(...words);
process.nextTick(say('tick 1'));
await null;
console.log('after the first await');
process.nextTick(say('tick 2'));
queueMicrotask(say('microtask'));
await new Promise((r) => setTimeout(r, 1));
console.log('after the timer');
process.nextTick(say('tick 3'));
queueMicrotask(say('microtask after the timer'));
await null;
console.log('end');
