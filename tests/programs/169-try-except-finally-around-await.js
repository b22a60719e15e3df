// try, catch and finally around awaits, in step with a promise chain.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
async function f() {
  try {
    console.log('try');
    await null;
    console.log('before the throw');
    await Promise.reject('thrown by await');
  } catch (e) {
    console.log('catch', e);
    await null;
    console.log('catch goes on');
  } finally {
    console.log('finally');
    await null;
    console.log('finally goes on');
  }
  return 'returned';
}
ticks(6);
f().then((v) => console.log(v));
