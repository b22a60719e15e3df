'use strict';
const { test, log } = require('./harness');
const here = name => `parallel/test-${name}`;

// Listens to both events until the test is over, and says what comes.
function listen() {
  const unhandled = (reason, promise) => log('unhandled', reason instanceof Error ? reason.message : reason, promise instanceof Promise);
  const handled = promise => log('handled', promise instanceof Promise);
  process.on('unhandledRejection', unhandled);
  process.on('rejectionHandled', handled);
  setTimeout(() => { process.off('unhandledRejection', unhandled); process.off('rejectionHandled', handled); }, 8);
}

test('unhandledRejection', here('promises-unhandled-rejections'), 'a rejection that nobody handles is reported once', () => {
  listen();
  Promise.reject('reason');
});

test('unhandledRejection', here('promises-unhandled-rejections'), 'one that is handled at once is not', () => {
  listen();
  Promise.reject('reason').catch(() => log('caught'));
});

test('unhandledRejection', here('promises-unhandled-rejections'), 'nor one that a microtask handles', () => {
  listen();
  const rejected = Promise.reject('reason');
  queueMicrotask(() => queueMicrotask(() => rejected.catch(() => log('caught'))));
});

test('unhandledRejection', here('promises-unhandled-rejections'), 'nor one that a tick handles', () => {
  listen();
  const rejected = Promise.reject('reason');
  process.nextTick(() => Promise.resolve().then(() => process.nextTick(() => rejected.catch(() => log('caught')))));
});

test('unhandledRejection', here('promises-unhandled-rejections'), 'an immediate is too late', () => {
  listen();
  const rejected = Promise.reject('reason');
  setImmediate(() => { log('immediate'); rejected.catch(() => log('caught')); });
});

test('unhandledRejection', here('promises-unhandled-rejections'), 'what then makes of a rejection is reported instead of it', () => {
  listen();
  Promise.reject(new Error('first')).then(() => log('never'));
});

test('unhandledRejection', here('promises-unhandled-rejections'), 'a catch that throws is a new rejection', () => {
  listen();
  Promise.reject(new Error('first')).catch(() => { throw new Error('second'); });
});

test('unhandledRejection', here('promises-unhandled-rejections'), 'an async function that throws', () => {
  listen();
  (async () => { await null; throw new Error('of the function'); })();
});

test('unhandledRejection', here('promises-unhandled-rejections'), 'an executor that throws', () => {
  listen();
  new Promise(() => { throw new Error('of the executor'); });
});

test('unhandledRejection', here('promises-unhandled-rejections'), 'rejecting late is no difference', () => {
  listen();
  new Promise((resolve, reject) => setTimeout(() => { log('rejects'); reject('late'); process.nextTick(log, 'tick'); queueMicrotask(() => log('microtask')); }, 1));
  setTimeout(log, 1, 'the next timer');
});

test('unhandledRejection', here('promises-unhandled-rejections'), 'several are reported in the order of their rejection', () => {
  listen();
  const rejects = [];
  for (let i = 0; i < 3; i++) new Promise((resolve, reject) => rejects.push(reject));
  rejects[2]('third');
  rejects[0]('first');
  rejects[1]('second');
});

test('rejectionHandled', here('promises-unhandled-rejections'), 'one that was reported and is handled then', () => {
  listen();
  const rejected = Promise.reject('reason');
  setTimeout(() => { rejected.catch(() => log('caught')); log('handles it'); }, 1);
});

test('rejectionHandled', here('promises-unhandled-rejections'), 'the handler of unhandledRejection may handle it', () => {
  const unhandled = (reason, promise) => { log('unhandled', reason); promise.catch(() => log('caught')); };
  process.once('unhandledRejection', unhandled);
  process.once('rejectionHandled', () => log('handled'));
  Promise.reject('reason');
});

test('unhandledRejection', here('promises-unhandled-rejections'), 'a rejection made by the handler is reported too', () => {
  let first = true;
  const unhandled = reason => { log('unhandled', reason); if (first) { first = false; Promise.reject('of the handler'); } };
  process.on('unhandledRejection', unhandled);
  setTimeout(() => process.off('unhandledRejection', unhandled), 8);
  Promise.reject('of the program');
});

test('unhandledRejection', here('promise-unhandled-throw-handler'), 'a handler that throws is an uncaught error', () => {
  process.once('unhandledRejection', reason => { log('unhandled', reason); throw new Error('of the handler'); });
  process.once('uncaughtException', error => log('caught', error.message));
  Promise.reject('reason');
});

test('unhandledRejection', here('promise-unhandled-throw'), 'without a handler it is an uncaught error of that origin', () => {
  process.once('uncaughtException', (error, origin) => log('caught', error.message, origin));
  Promise.reject(new Error('reason'));
});

test('unhandledRejection', here('promises-unhandled-symbol-rejections'), 'any value is reported as it is', () => {
  listen();
  for (const reason of [undefined, null, 0, '', true]) Promise.reject(reason);
});

test('unhandledRejection', here('promises-unhandled-rejections'), 'waiting for all handles each of them', () => {
  listen();
  Promise.all([Promise.reject('one'), Promise.reject('two')]).catch(reason => log('caught', reason));
});

test('unhandledRejection', here('promises-unhandled-rejections'), 'finally handles nothing', () => {
  listen();
  Promise.reject('reason').finally(() => log('finally'));
});

test('unhandledRejection', here('promises-unhandled-rejections'), 'one promise with two chains: the one without a catch is reported', () => {
  listen();
  const rejected = Promise.reject('reason');
  rejected.catch(() => log('caught'));
  rejected.then(() => log('never'));
});
