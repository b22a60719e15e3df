// Awaits inside expressions: operands from left to right, with what was read before kept.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
let balance = 10;
async function one(v) {
  console.log('one', v);
  return v;
}
async function withdraw(n) {
  balance = balance - (await one(n));
}
ticks(8);
async function main() {
  console.log((await one(1)) + (await one(2)) * (await one(3)));
  console.log([await one('a'), await one('b')], (await one(false)) || (await one('or')));
  console.log((await one(null)) === null ? await one('yes') : await one('no'));
}
withdraw(3);
withdraw(4);
main().then(() => console.log('lost update:', balance));
