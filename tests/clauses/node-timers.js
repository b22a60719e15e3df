'use strict';
const { test, log } = require('./harness');
const { block } = require('./host');
const here = name => `parallel/test-timers-${name}`;

test('setTimeout', here('args'), 'arguments are passed on, as many as there are', () => {
  setTimeout((...args) => log(args.length, args.join()), 1);
  setTimeout((...args) => log(args.length, args.join()), 1, 'a');
  setTimeout((...args) => log(args.length, args.join()), 1, 'a', 'b', 'c', 'd', 'e');
});

test('setInterval', here('args'), 'an interval gets them each time', () => {
  let count = 0;
  const interval = setInterval((a, b) => { log(a, b); if (++count === 2) clearInterval(interval); }, 1, 'a', 'b');
});

test('setTimeout', here('ordering'), 'one after the other in the order of their durations', () => {
  for (const ms of [3, 1, 2]) setTimeout(log, ms, ms);
});

test('setTimeout', here('nested'), 'timers of a callback wait for the next round', () => {
  setTimeout(() => { log('outer 1'); setTimeout(log, 1, 'inner'); block(2); }, 1);
  setTimeout(log, 1, 'outer 2');
});

test('setTimeout', here('timeout-with-non-integer'), 'durations are cut to whole milliseconds', () => {
  setTimeout(log, 1.9, '1.9');
  setTimeout(log, 1, '1');
  setTimeout(log, 1.1, '1.1');
});

test('setTimeout', here('negative-duration-warning'), 'negative durations are 1', () => {
  setTimeout(log, 1, '1');
  setTimeout(log, -5, '-5');
  setTimeout(log, -Infinity, '-Infinity');
  setTimeout(log, 1, '1 again');
});

test('setTimeout', here('nan-duration-warning'), 'what is no number is 1', () => {
  setTimeout(log, 1, '1');
  setTimeout(log, NaN, 'NaN');
  setTimeout(log, 'x', 'text');
  setTimeout(log, undefined, 'undefined');
});

test('setTimeout', here('max-duration-warning'), 'what is too long is 1', () => {
  setTimeout(log, 2 ** 31, '2 ** 31');
  setTimeout(log, Infinity, 'Infinity');
  setTimeout(log, 1, '1');
});

test('setTimeout', here('throw-when-cb-not-function'), 'a callback that is none is refused', () => {
  for (const wrong of [undefined, null, 5, 'text', {}]) {
    for (const start of [setTimeout, setInterval, setImmediate]) {
      try { start(wrong, 1); } catch (error) { log(error.name); }
    }
  }
});

test('clearTimeout', here('clear-null-does-not-throw-error'), 'clearing nothing does nothing', () => {
  for (const clear of [clearTimeout, clearInterval]) { clear(); clear(null); clear(undefined); clear({}); clear(5); clear('x'); }
  log('went well');
});

test('clearTimeout', here('clear-timeout-interval-equivalent'), 'clearTimeout and clearInterval are the same', () => {
  clearInterval(setTimeout(() => log('never: a timeout'), 1));
  clearTimeout(setInterval(() => log('never: an interval'), 1));
  setTimeout(log, 2, 'nothing else');
});

test('Timeout[Symbol.toPrimitive]', here('to-primitive'), 'a timer is a number, too, for clearing it', () => {
  const one = setTimeout(() => log('never: by number'), 1), other = setTimeout(() => log('never: by text'), 1);
  clearTimeout(+one);
  clearTimeout(String(+other));
  log(+one > 0, +other > +one);
});

test('clearTimeout', here('same-timeout-wrong-list-deleted'), 'one that clears itself and starts anew', () => {
  const timer = setTimeout(() => { clearTimeout(timer); setTimeout(log, 1, 'a new one'); }, 1);
  setTimeout(log, 1, 'its neighbour');
});

test('clearTimeout', here('linked-list'), 'clearing the first, the last and one between', () => {
  const timers = 'abcde'.split('').map(name => setTimeout(log, 1, name));
  clearTimeout(timers[0]);
  clearTimeout(timers[2]);
  clearTimeout(timers[4]);
});

test('timeout.refresh', here('refresh'), 'refresh starts it again', () => {
  const timer = setTimeout(log, 2, 'refreshed');
  setTimeout(log, 2, 'started later');
  log(timer.refresh() === timer);
});

test('timeout.refresh', here('refresh-in-callback'), 'refresh in its callback runs it again', () => {
  let count = 0;
  const timer = setTimeout(() => { log('run', ++count); if (count < 3) timer.refresh(); }, 1);
});

test('timeout.refresh', here('timeout-to-interval'), 'a refreshed timer can be cleared', () => {
  let count = 0;
  const timer = setTimeout(() => { log('run', ++count); timer.refresh(); if (count === 2) clearTimeout(timer); }, 1);
});

test('timeout.hasRef', here('unref'), 'ref and unref give the timer, and hasRef tells', () => {
  const timer = setTimeout(() => {}, 1);
  log(timer.hasRef(), timer.unref() === timer, timer.hasRef(), timer.ref() === timer, timer.hasRef());
});

test('timeout.unref', here('unrefd-interval-still-fires'), 'an unref\'d interval fires as long as something else waits', () => {
  let count = 0;
  const interval = setInterval(() => log('interval', ++count), 1);
  interval.unref();
  setTimeout(() => { log('timeout'); clearInterval(interval); }, 3);
});

test('timeout.unref', here('unref-throw-then-ref'), 'unref and ref again keep the order', () => {
  const timer = setTimeout(log, 1, 'first').unref();
  setTimeout(log, 1, 'second');
  timer.ref();
});

test('setTimeout', here('next-tick'), 'ticks and microtasks run between the timers of one list', () => {
  setTimeout(() => { log('timer 1'); process.nextTick(log, 'tick'); queueMicrotask(() => log('microtask')); }, 1);
  setTimeout(log, 1, 'timer 2');
});

test('setInterval', here('interval-throw'), 'an interval that throws goes on', () => {
  let count = 0;
  const caught = error => log('caught', error.message);
  process.on('uncaughtException', caught);
  const interval = setInterval(() => {
    log('run', ++count);
    if (count === 2) { clearInterval(interval); process.nextTick(() => process.off('uncaughtException', caught)); }
    throw new Error(`of run ${count}`);
  }, 1);
});

test('setTimeout', here('uncaught-exception'), 'after one that throws, the next of the list runs first', () => {
  process.once('uncaughtException', error => log('caught', error.message));
  setTimeout(() => { log('a'); process.nextTick(log, 'tick of a'); throw new Error('of a'); }, 1);
  setTimeout(() => { log('b'); process.nextTick(log, 'tick of b'); }, 1);
});

test('setTimeout', here('block-eventloop'), 'a late timer does not run twice', () => {
  let count = 0;
  const interval = setInterval(() => { log('interval', ++count); if (count === 2) clearInterval(interval); }, 1);
  setTimeout(() => { log('blocks'); block(4); }, 1);
  setTimeout(log, 6, 'later');
});

test('setInterval', here('set-interval-excludes-callback-duration'), 'an interval waits from before its callback', () => {
  let count = 0;
  const interval = setInterval(() => { log('interval', ++count); block(2); if (count === 2) clearInterval(interval); }, 2);
  setTimeout(() => setTimeout(log, 1, 'a timer of 1, from the first run on'), 2);
});

test('setTimeout', here('zero-timeout'), '0 and 1 are one list', () => {
  setTimeout(log, 1, '1');
  setTimeout(log, 0, '0');
  setTimeout(log, 1, '1 again');
});

test('clearInterval', here('clear-object-does-not-throw-error'), 'an interval that clears itself first', () => {
  const interval = setInterval(() => { clearInterval(interval); log('once'); }, 1);
});

test('timeout.close', here('destroyed'), 'close ends it', () => {
  const timer = setTimeout(() => log('never'), 1);
  log(timer.close() === timer);
});
