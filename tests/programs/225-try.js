// Promise.try (newer than Node 20: written out here) calls at once and never throws.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
Promise.try ??= function (f, ...args) {
  return new this((resolve) => resolve(f(...args)));
};
function fail(reason) {
  throw reason;
}
async function f(v) {
  console.log('f is called with', v);
  return v;
}
ticks(4);
Promise.try(() => 1).then(say('value: 1'));
Promise.try(fail, 'no').catch((r) => console.log('throw: 1', r));
Promise.try(f, 'an argument').then(say('promise: 3'));
console.log('end');
