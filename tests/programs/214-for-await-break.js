// break out of for await waits for the generator's return(), and so for its finally.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
async function* g() {
  try {
    yield 1;
    yield 2;
    console.log('never: after 2');
  } finally {
    console.log('finally begins');
    await null;
    console.log('finally ends');
  }
}
async function main() {
  for await (const v of g()) {
    console.log(v);
    if (v === 2) break;
  }
  console.log('after the loop');
}
ticks(12);
main().then(say('main is done'));
