// A listener removed during a dispatch is not called; stopImmediatePropagation ends it.
const say = (...words) => () => console.log(...words);
const t = new EventTarget();
const b = say('b never');
function first() {
  console.log('a');
  t.removeEventListener('x', b);
}
function third(event) {
  console.log('c');
  event.stopImmediatePropagation();
}
t.addEventListener('x', first);
t.addEventListener('x', b);
t.addEventListener('x', third);
t.addEventListener('x', say('d never'));
t.addEventListener('x', b, { capture: true });
t.dispatchEvent(new Event('x'));
