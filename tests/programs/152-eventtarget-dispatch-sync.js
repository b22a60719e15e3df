// dispatchEvent calls the listeners at once; one added meanwhile waits for the next event.
const say = (...words) => () => console.log(...words);
const t = new EventTarget();
function first() {
  console.log('L1');
  Promise.resolve().then(say('m1'));
  process.nextTick(say('n1'));
  t.addEventListener('x', say('added during dispatch'));
}
t.addEventListener('x', first);
t.addEventListener('x', say('L2'), { once: true });
t.addEventListener('x', say('L3'), { capture: true });
t.dispatchEvent(new Event('x'));
console.log('dispatched');
t.dispatchEvent(new Event('x'));
