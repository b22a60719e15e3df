// A finally that yields answers return() with that value; the return goes on with the next
// request.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
async function* g() {
  try {
    yield 1;
  } finally {
    yield 'cleaning';
    console.log('cleaned');
  }
}
function show(name) {
  return (r) => console.log(name, r);
}
ticks(8);
const it = g();
it.next().then(show('next'));
it.return('r').then(show('return'));
it.next().then(show('next'));
it.next().then(show('next'));
