// Requests to an async generator queue up; the next one goes on at once when one is answered.
// (No return with a value: Python's async generators cannot have one.)
const say = (...words) => () => console.log(...words);
async function* g() {
  console.log('body');
  const a = yield 1;
  console.log('got', a);
  yield Promise.resolve(2);
}
const show = (r) => console.log(r);
const it = g();
console.log('created');
it.next('x').then(show);
it.next('y').then(show);
it.next('z').then(show);
it.next().then(show);
Promise.resolve().then(say('m1')).then(say('m2')).then(say('m3')).then(say('m4')).then(say('m5'));
console.log('end');
