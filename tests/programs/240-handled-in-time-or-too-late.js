// A handler added by a tick or microtask comes in time, by an immediate or timer too late.
const say = (...words) => () => console.log(...words);
process.on('unhandledRejection', (reason) => console.log('unhandled', reason));
process.on('rejectionHandled', () => console.log('rejectionHandled'));
const inTick = Promise.reject('handled in a tick');
const inMicrotask = Promise.reject('handled in a microtask');
const inImmediate = Promise.reject('handled in an immediate');
const never = Promise.reject('never handled');
process.nextTick(() => inTick.catch((r) => console.log(r)));
queueMicrotask(() => process.nextTick(() => inMicrotask.catch((r) => console.log(r))));
setImmediate(() => inImmediate.catch((r) => console.log(r)));
setImmediate(say('next immediate'));
setTimeout(() => console.log(never), 100);
