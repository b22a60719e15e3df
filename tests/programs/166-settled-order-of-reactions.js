// Reactions run in the order of their registration; resolving queues them, it does not run them.
const say = (...words) => () => console.log(...words);
let res;
const p = new Promise((r) => (res = r));
p.then(say(1)).then(say(4));
p.then(say(2));
queueMicrotask(say(0));
res();
console.log('sync');
p.then(say(3));
