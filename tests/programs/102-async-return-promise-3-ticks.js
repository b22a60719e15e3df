// What an async function returns: a value settles at once, a promise is adopted two ticks later.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
async function returnValue() {
  return 1;
}
async function returnAwait() {
  return await Promise.resolve(1);
}
async function returnPromise() {
  return Promise.resolve(1);
}
ticks(5);
returnValue().then(say('return value: 1'));
returnAwait().then(say('return await p: 2'));
returnPromise().then(say('return p: 3'));
