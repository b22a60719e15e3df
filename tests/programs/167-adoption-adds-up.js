// A promise that follows a promise that follows a promise: two ticks for each level.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
const wrap = (inner) => new Promise((r) => r(inner));
ticks(8);
wrap(Promise.resolve()).then(say('one level: 3'));
wrap(wrap(Promise.resolve())).then(say('two levels: 5'));
wrap(wrap(wrap(Promise.resolve()))).then(say('three levels: 7'));
wrap(wrap(Promise.reject('r'))).catch((r) => console.log('two levels, rejected: 5', r));
