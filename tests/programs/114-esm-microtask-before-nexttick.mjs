// A module's body is itself a microtask: the others go before the first tick. (The await makes
// the Python twin a module too.)
const say = (...words) => () => console.log(...words);
process.nextTick(say('nextTick'));
Promise.resolve().then(say('promise'));
queueMicrotask(say('queueMicrotask'));
console.log('main');
await null;
