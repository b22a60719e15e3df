// return out of for await waits for the generator's finally; an error of that one replaces the
// value.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
async function* g(name) {
  try {
    yield 1;
    yield 2;
  } finally {
    await null;
    console.log(name, 'finally');
    if (name === 'b') throw 'from the finally';
  }
}
async function main(name) {
  for await (const v of g(name)) return v;
}
ticks(12);
main('a').then((v) => console.log('a returned', v));
main('b').catch((e) => console.log('b threw', e));
