// Async functions made inside async functions, called now, later and in sequence.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
async function outer(name) {
  async function inner(n) {
    console.log(name, n, 'begins');
    await null;
    console.log(name, n, 'ends');
    return name + n;
  }
  const first = inner(1);
  const second = inner(2);
  console.log(await second, await first);
  console.log(await inner(await inner(3)));
  return inner;
}
async function main() {
  const inner = await outer('a');
  console.log(await inner('from outside'));
}
ticks(10);
main();
