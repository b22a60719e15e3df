// After the script: all ticks, then all microtasks.
const say = (...words) => () => console.log(...words);
Promise.resolve().then(say('promise'));
queueMicrotask(say('queueMicrotask'));
process.nextTick(say('nextTick'));
console.log('main');
