// Many late timers: list by list, by the first expiry of each; a checkpoint after each timer.
const say = (...words) => () => console.log(...words);
function block(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
function timer(name) {
  console.log(name);
  queueMicrotask(say('microtask of', name));
}
setTimeout(timer, 90, '90');
setTimeout(timer, 30, '30');
setTimeout(timer, 60, '60');
setTimeout(timer, 30, '30 again');
block(5);
setTimeout(timer, 1, '1, set at 5');
setTimeout(timer, 90, '90, set at 5');
setTimeout(timer, 30, '30, set at 5');
block(150);
