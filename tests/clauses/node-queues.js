'use strict';
const { test, log } = require('./harness');
const { block } = require('./host');
const here = name => `parallel/test-${name}`;

test('process.nextTick', here('next-tick'), 'ticks of ticks run in the same go', () => {
  process.nextTick(() => { log('tick 1'); process.nextTick(() => { log('tick 1.1'); process.nextTick(log, 'tick 1.1.1'); }); });
  process.nextTick(log, 'tick 2');
  log('main');
});

test('process.nextTick', here('next-tick'), 'arguments are passed on', () => {
  process.nextTick((...args) => log(args.length, args.join()));
  process.nextTick((...args) => log(args.length, args.join()), 1, 2, 3, 4, 5);
});

test('process.nextTick', here('next-tick-ordering'), 'ticks run before timers and immediates, whatever came first', () => {
  setImmediate(log, 'immediate');
  setTimeout(log, 1, 'timer');
  process.nextTick(log, 'tick');
  log('main');
});

test('process.nextTick', here('next-tick-ordering2'), 'a timer that a tick starts waits for all ticks', () => {
  process.nextTick(() => { setTimeout(log, 0, 'timer'); process.nextTick(log, 'tick'); });
});

test('process.nextTick', here('next-tick-errors'), 'a tick that throws does not stop the others', () => {
  process.once('uncaughtException', error => log('caught', error.message));
  process.nextTick(() => { log('a'); throw new Error('of a'); });
  process.nextTick(log, 'b');
  queueMicrotask(() => log('microtask'));
});

test('process.nextTick', here('next-tick-errors'), 'a callback that is none is refused', () => {
  for (const wrong of [undefined, null, true, 1, 'text', {}, []]) {
    for (const queue of [process.nextTick, queueMicrotask]) {
      try { queue(wrong); } catch (error) { log(error.name); }
    }
  }
});

test('process.nextTick', here('next-tick-intentional-starvation'), 'ticks starve timers for as long as they go on', () => {
  let count = 0;
  setTimeout(log, 1, 'timer');
  setImmediate(log, 'immediate');
  const again = () => { block(1); if (++count < 4) process.nextTick(again); else log(count, 'ticks'); };
  process.nextTick(again);
});

test('process.nextTick', here('next-tick-fixed-queue-regression'), 'many ticks keep their order', () => {
  const seen = [];
  for (let i = 0; i < 3000; i++) process.nextTick(value => { seen.push(value); if (value % 1000 === 0) process.nextTick(v => seen.push(v), -value); }, i);
  setImmediate(() => log(seen.length, seen.indexOf(2999), seen.slice(3000).join()));
});

test('queueMicrotask', here('queue-microtask'), 'microtasks and reactions are one queue', () => {
  Promise.resolve().then(() => log('reaction 1')).then(() => log('reaction 4'));
  queueMicrotask((...args) => log('microtask 2', args.length));
  Promise.reject().catch(() => log('reaction 3'));
  queueMicrotask(() => log('microtask 3'));
  log('main');
});

test('queueMicrotask', here('queue-microtask'), 'one that throws does not stop the others', () => {
  process.once('uncaughtException', error => log('caught', error.message));
  queueMicrotask(() => { log('a'); throw new Error('of a'); });
  queueMicrotask(() => log('b'));
});

test('queueMicrotask', here('microtask-queue-integration'), 'a tick that a microtask queues runs before timers', () => {
  queueMicrotask(() => { process.nextTick(log, 'tick'); setTimeout(log, 0, 'timer'); log('microtask'); });
});

test('queueMicrotask', here('microtask-queue-run'), 'each timer has its microtasks behind it', () => {
  setTimeout(() => Promise.resolve().then(() => { log('microtask 1'); process.nextTick(log, 'tick 1'); }), 1);
  setTimeout(() => log('timer 2'), 1);
});

test('queueMicrotask', here('microtask-queue-run-immediate'), 'each immediate has its microtasks behind it', () => {
  setImmediate(() => Promise.resolve().then(() => { log('microtask 1'); process.nextTick(log, 'tick 1'); setImmediate(log, 'of the next turn'); }));
  setImmediate(() => log('immediate 2'));
});

test('setImmediate', here('timers-immediate'), 'immediates get their arguments, and can be cleared by others', () => {
  let other;
  setImmediate(() => { log('clears'); clearImmediate(other); });
  other = setImmediate(() => log('never'));
  setImmediate((...args) => log(args.length, args.join()), 1, 2, 3, 4, 5);
});

test('setImmediate', here('timers-clearImmediate'), 'an immediate may clear itself while it runs', () => {
  for (let i = 0; i < 3; i++) { const immediate = setImmediate(() => { clearImmediate(immediate); log('ran', i); }); }
});

test('setImmediate', here('timers-setimmediate-infinite-loop'), 'the first may clear all the others', () => {
  let second, third;
  setImmediate(() => { clearImmediate(second); clearImmediate(third); log('only this one'); });
  second = setImmediate(() => log('never: 2'));
  third = setImmediate(() => log('never: 3'));
});

test('setImmediate', here('timers-immediate-queue'), 'immediates of an immediate wait for the next turn, behind timers', () => {
  setImmediate(() => {
    setTimeout(log, 1, 'timer');
    setImmediate(log, 'immediate of the next turn');
    block(3);
  });
  setImmediate(log, 'immediate of this turn');
});

test('setImmediate', here('timers-immediate-queue-throw'), 'one that throws keeps the rest of its turn for later', () => {
  process.once('uncaughtException', (error, origin) => log('caught', error.message, origin));
  setImmediate(() => { log('a'); process.nextTick(log, 'tick of a'); throw new Error('of a'); });
  setImmediate(() => { log('b'); setImmediate(log, 'of b'); });
  setImmediate(log, 'c');
});

test('immediate.unref', here('timers-immediate-unref'), 'ref and unref give the immediate, and hasRef tells', () => {
  const immediate = setImmediate(log, 'it runs');
  log(immediate.hasRef(), immediate.unref() === immediate, immediate.hasRef(), immediate.ref() === immediate, immediate.hasRef());
});

test('immediate.unref', here('timers-immediate-unref-simple'), 'an unref\'d one runs if something else waits', () => {
  setImmediate(log, 'unref\'d').unref();
  setImmediate(log, 'ref\'d');
});

test('setImmediate', here('emit-after-uncaught-exception'), 'everything goes on after an error', () => {
  process.once('uncaughtException', error => { log('caught', error.message); process.nextTick(log, 'tick of the handler'); });
  setImmediate(() => { queueMicrotask(() => log('microtask')); process.nextTick(log, 'tick'); setTimeout(log, 0, 'timer'); throw new Error('no'); });
});

test('microtasks', here('process-next-tick'), 'ticks and microtasks take turns until both are empty', () => {
  let count = 0;
  const tick = () => { log('tick', ++count); if (count < 4) queueMicrotask(microtask); };
  const microtask = () => { log('microtask', ++count); if (count < 4) process.nextTick(tick); };
  process.nextTick(tick);
  queueMicrotask(() => log('microtask'));
});
