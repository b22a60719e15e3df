// resolve(value) settles now, resolve(thenable) one tick later, resolve(native promise) two.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
const thenable = { then: (f) => f() };
ticks(5);
new Promise((r) => r(1)).then(say('value: 1'));
new Promise((r) => r(thenable)).then(say('thenable: 2'));
new Promise((r) => r(Promise.resolve())).then(say('native promise: 3'));
