// After an immediate that throws: the rest of the batch, then timers, then new immediates.
const say = (...words) => () => console.log(...words);
function block(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
function onUncaught() {
  console.log('uncaught');
  setImmediate(say('I from handler'));
}
function thrower() {
  setTimeout(say('timeout'), 1);
  block(5);
  throw new Error('in an immediate');
}
process.on('uncaughtException', onUncaught);
setImmediate(thrower);
setImmediate(say('I2'));
setImmediate(say('I3'));
