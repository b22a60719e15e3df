// An async generator that hands on another's values by for await: each value costs both their
// ticks.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
async function* inner() {
  yield 'i1';
  yield 'i2';
}
async function* outer() {
  for await (const v of inner()) yield v;
  console.log('inner is done');
  for await (const v of ['s1', Promise.resolve('s2')]) yield v;
}
async function main() {
  for await (const v of outer()) console.log(v);
  console.log('outer is done');
}
ticks(20);
main();
