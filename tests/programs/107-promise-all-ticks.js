// Promise.all: one tick for each item's then and one for its own reaction; [] settles at once.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
const thenable = { then: (f) => f('thenable') };
ticks(5);
Promise.all([]).then((v) => console.log('all of []: 1', v));
Promise.all([1, Promise.resolve(2)]).then((v) => console.log('all of values and promises: 2', v));
Promise.all([thenable]).then((v) => console.log('all of a thenable: 3', v));
Promise.all([Promise.reject('no')]).catch((e) => console.log('all fails: 2', e));
