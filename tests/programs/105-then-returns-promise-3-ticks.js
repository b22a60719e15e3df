// What a then handler returns: a value +0, a thenable +1, a native promise +2.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
const thenable = { then: (f) => f() };
ticks(6);
Promise.resolve().then(() => 1).then(say('value: 2'));
Promise.resolve().then(() => thenable).then(say('thenable: 3'));
Promise.resolve().then(() => Promise.resolve()).then(say('promise: 4'));
Promise.resolve().then(() => Promise.reject(1)).catch(say('rejected promise: 4'));
