// All who wait for one promise go on in the order in which they began to wait.
const say = (...words) => () => console.log(...words);
let resolve;
const p = new Promise((r) => (resolve = r));
async function wait(name) {
  console.log(name, 'waits');
  console.log(name, 'got', await p);
}
wait('a');
p.then(() => console.log('then 1'));
wait('b');
p.finally(say('finally'));
p.then(() => console.log('then 2'));
setTimeout(() => resolve('it'), 1);
setTimeout(() => wait('late'), 20);
