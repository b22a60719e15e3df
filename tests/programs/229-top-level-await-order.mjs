// Top-level await among async functions, ticks and timers; for await at the top.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
async function f(name) {
  console.log(name, 'begins');
  await null;
  console.log(name, 'ends');
  return name;
}
async function* g() {
  yield 1;
  yield 2;
}
ticks(6);
process.nextTick(say('tick'));
setTimeout(say('timer'), 1);
f('a');
console.log(await f('b'));
for await (const v of g()) console.log('g', v);
for await (const v of [f('c'), 'd']) console.log(v);
console.log('body ends');
