// The classic quiz: a promise returned from then is seen three ticks later.
const say = (...words) => () => console.log(...words);
function first() {
  console.log(0);
  return Promise.resolve(4);
}
Promise.resolve().then(first).then((v) => console.log(v));
Promise.resolve().then(say(1)).then(say(2)).then(say(3)).then(say(5)).then(say(6));
