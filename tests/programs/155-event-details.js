// An event's fields; detail; preventDefault needs cancelable; the same listener is added once.
const say = (...words) => () => console.log(...words);
const t = new EventTarget();
function show(event) {
  console.log(event.type, event.detail, event.cancelable, event.target === t);
  event.preventDefault();
}
t.addEventListener('order', show);
t.addEventListener('order', show);
console.log(t.dispatchEvent(new CustomEvent('order', { detail: 42 })));
console.log(t.dispatchEvent(new CustomEvent('order', { detail: 'pizza', cancelable: true })));
const event = new Event('nobody listens', { cancelable: true });
console.log(t.dispatchEvent(event), event.defaultPrevented);
