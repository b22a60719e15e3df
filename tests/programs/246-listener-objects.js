// A listener may be an object with handleEvent, looked up when the event comes.
const t = new EventTarget();
class Counter {
  constructor() {
    this.n = 0;
  }
  handleEvent(event) {
    this.n += 1;
    console.log(event.type, this.n);
  }
}
const counter = new Counter();
t.addEventListener('x', counter);
t.addEventListener('y', counter, { once: true });
t.dispatchEvent(new Event('x'));
t.dispatchEvent(new Event('y'));
t.dispatchEvent(new Event('y'));
t.removeEventListener('x', counter);
t.dispatchEvent(new Event('x'));
t.addEventListener('x', null);
t.dispatchEvent(new Event('x'));
console.log('end');
