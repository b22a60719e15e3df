// Immediates go generation by generation, one in each turn, microtasks right after each.
const say = (...words) => () => console.log(...words);
function generation(name, left) {
  console.log(name, left);
  queueMicrotask(say(name, left, 'microtask'));
  if (left > 0) setImmediate(generation, name, left - 1);
}
setImmediate(generation, 'a', 2);
setImmediate(generation, 'b', 1);
setImmediate(generation, 'c', 2);
