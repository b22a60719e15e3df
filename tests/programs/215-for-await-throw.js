// An exception in the body of for await waits for return() too, and wins over what that throws.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
async function* g(name) {
  try {
    yield 1;
  } finally {
    console.log(name, 'finally');
    await null;
    if (name === 'b') throw 'from the finally';
  }
}
async function main(name) {
  try {
    for await (const v of g(name)) {
      console.log(name, v);
      throw 'from the body';
    }
  } catch (e) {
    console.log(name, 'caught', e);
  }
}
ticks(10);
main('a');
main('b');
