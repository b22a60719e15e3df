// A rejection skips the handlers that are not for it, one tick for each link.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
function fail(reason) {
  throw reason;
}
ticks(6);
Promise.reject('first')
  .then(say('never 1'))
  .then(say('never 2'))
  .catch((r) => fail(r + ', second'))
  .then(say('never 3'), (r) => console.log('4:', r))
  .catch(say('never 4'))
  .then(() => console.log('6: goes on'));
