// yield awaits its operand: a rejected one is thrown at the yield; queued requests go on at
// once.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
async function* g() {
  try {
    yield Promise.reject('rejected operand');
  } catch (e) {
    console.log('thrown at the yield:', e);
  }
  yield new Promise((r) => setTimeout(r, 1, 'late'));
  console.log('after late');
  yield 'end';
}
function show(r) {
  console.log(r);
}
ticks(4);
const it = g();
it.next().then(show);
it.next().then(show);
it.next().then(show);
console.log('three requests are queued');
