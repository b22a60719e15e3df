// resolve(thenable) reads its then at once and calls it in a later job; what it throws after
// resolving is ignored; what the getter throws rejects.
const say = (...words) => () => console.log(...words);
const thenable = {
  get then() {
    console.log('then is read');
    return call;
  },
};
function call(resolve) {
  console.log('then is called');
  resolve('value');
  throw new Error('ignored');
}
const poisoned = {
  get then() {
    throw new Error('in the getter');
  },
};
queueMicrotask(say('microtask queued before'));
new Promise((r) => r(thenable)).then((v) => console.log(v));
console.log('after resolve');
new Promise((r) => r(poisoned)).catch((e) => console.log('rejected:', e.message));
queueMicrotask(say('microtask queued after'));
