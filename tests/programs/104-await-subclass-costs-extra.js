// await of a subclass's instance costs three ticks: it goes through new Promise and its thenable
// job.
const say = (...words) => () => console.log(...words);
function ticks(n) {
  let p = Promise.resolve();
  for (let i = 1; i <= n; i++) p = p.then(say('t' + i));
}
class Q extends Promise {}
async function awaitPromise() {
  await Promise.resolve();
  console.log('await Promise');
}
async function awaitSubclass() {
  await Q.resolve();
  console.log('await subclass');
}
ticks(5);
awaitPromise();
awaitSubclass();
