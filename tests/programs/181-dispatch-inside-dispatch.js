// A listener that dispatches another event waits for its listeners; the same event cannot be
// nested.
const say = (...words) => () => console.log(...words);
const t = new EventTarget();
function outer(event) {
  console.log('outer begins');
  t.dispatchEvent(new Event('inner'));
  try {
    t.dispatchEvent(event);
  } catch (e) {
    console.log('the event is already being dispatched');
  }
  console.log('outer ends');
}
t.addEventListener('outer', outer);
t.addEventListener('inner', say('inner'));
t.addEventListener('outer', say('second listener'));
const event = new Event('outer');
t.dispatchEvent(event);
t.removeEventListener('outer', outer);
console.log('again, when it is over:');
t.dispatchEvent(event);
