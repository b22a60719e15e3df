// dispatchEvent() is a call, so microtasks wait for all listeners (a real click drains them
// between).
const say = (...words) => () => console.log(...words);
const b = new EventTarget();
function listener(n) {
  Promise.resolve().then(say('micro ' + n));
  console.log('listener ' + n);
}
b.addEventListener('click', () => listener(1));
b.addEventListener('click', () => listener(2));
b.dispatchEvent(new Event('click'));
