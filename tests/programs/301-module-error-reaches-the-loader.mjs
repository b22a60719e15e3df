// What a module's body throws becomes an uncaught error in the fourth microtask after it: the
// module, and three functions of the loader, are promises that wait for each other.
process.on('uncaughtException', (error, origin) => console.log('uncaught', error.message, origin));
await null;
let p = Promise.resolve();
for (let i = 1; i <= 6; i++) p = p.then(() => console.log('t' + i));
process.nextTick(() => console.log('tick'));
throw new Error('of the body');
