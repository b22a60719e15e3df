// Replaced methods are seen.
const { then } = Promise.prototype, { resolve } = Promise;
Promise.prototype.then = function (...args) { print('then', args.length); return Reflect.apply(then, this, args); };
Promise.resolve = function (value) { print('resolve', value); return Reflect.apply(resolve, this, [value]); };
const promise = new Promise(done => done(1));
Object.defineProperty(promise, 'constructor', { get() { print('constructor'); return Promise; } });
Promise.all([promise, 2]).finally(() => {}).catch(() => {});
promise.then = undefined;
try { promise.catch(); } catch (error) { print(error.name); }
