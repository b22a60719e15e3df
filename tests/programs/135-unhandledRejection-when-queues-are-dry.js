// unhandledRejection comes when ticks and microtasks are dry, before the next timer; a rejection
// that found its handler by then is not reported.
const say = (...words) => () => console.log(...words);
process.on('unhandledRejection', (reason) => console.log('unhandled', reason));
function timer1() {
  console.log('timer 1');
  Promise.reject('of timer 1');
  process.nextTick(say('tick'));
  Promise.resolve().then(say('microtask')).then(say('microtask 2'));
  const late = Promise.reject('never reported');
  queueMicrotask(() => late.catch(say('caught in time')));
}
setTimeout(timer1, 1);
setTimeout(say('timer 2'), 1);
