// Timers of one duration keep their order of setting, from whichever turn they come.
const say = (...words) => () => console.log(...words);
function timer() {
  setTimeout(say('30, set by the timer'), 30);
  Promise.resolve().then(() => setTimeout(say('30, set by its microtask'), 30));
  process.nextTick(() => setTimeout(say('30, set by its tick'), 30));
}
setTimeout(timer, 1);
setTimeout(say('30, set by main'), 30);
Promise.resolve().then(() => setTimeout(say('30, set by a microtask'), 30));
process.nextTick(() => setTimeout(say('30, set by a tick'), 30));
