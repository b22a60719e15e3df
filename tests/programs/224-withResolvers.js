// Promise.withResolvers (newer than Node 20: written out here).
Promise.withResolvers ??= function () {
  let resolve, reject;
  const promise = new this((res, rej) => ([resolve, reject] = [res, rej]));
  return { promise, resolve, reject };
};
class Q extends Promise {}
const a = Promise.withResolvers();
const b = Promise.withResolvers();
const c = Q.withResolvers();
a.promise.then((v) => console.log('a', v));
b.promise.catch((r) => console.log('b', r));
c.promise.then((v) => console.log('c', v));
c.resolve(a.promise);
b.reject('rejected');
b.resolve('too late');
setTimeout(a.resolve, 5, 'resolved');
console.log(a.promise, c.promise instanceof Q);
