// finally delays the next then to the fourth tick; without a handler it is a plain then.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
ticks(6);
Promise.resolve().finally(() => 1).then(say('finally with a value: 4'));
Promise.resolve().finally(() => Promise.resolve()).then(say('finally with a promise: 4'));
Promise.resolve().finally().then(say('finally without a handler: 2'));
Promise.reject(1).finally(() => 1).catch(say('finally of a rejection: 4'));
