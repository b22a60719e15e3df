// await of a value or a native promise costs one tick, of a thenable two.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
const thenable = { then: (f) => f('from then') };
async function awaitValue() {
  await 1;
  console.log('await value: 1');
}
async function awaitPromise() {
  await Promise.resolve();
  console.log('await promise: 1');
}
async function awaitThenable() {
  console.log('await thenable: 2', await thenable);
}
ticks(4);
awaitThenable();
awaitPromise();
awaitValue();
