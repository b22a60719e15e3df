'use strict';
const { test, ticks, log, show } = require('./harness');
const here = name => `language/expressions/await/${name}`;

test('27.7.5.3', here('await-non-promise'), 'a value costs one tick', () => {
  ticks(2);
  (async () => { log('got', await 5); })();
  log('main goes on');
});

test('27.7.5.3 step 2', here('async-await-interleaved'), 'a promise costs one tick, pending or not', () => {
  ticks(3);
  let settle;
  const later = new Promise(resolve => { settle = resolve; });
  (async () => { log('settled', await Promise.resolve('a')); })();
  (async () => { log('pending', await later); })();
  Promise.resolve().then(() => settle('b'));
});

test('27.7.5.3 step 2', here('await-awaits-thenables'), 'a thenable is called in a job of its own', () => {
  ticks(3);
  const thenable = { then(resolve) { log('then is called'); resolve('x'); } };
  (async () => { log('got', await thenable); })();
  log('main goes on');
});

test('27.2.1.3.2 step 12', here('await-awaits-thenable-not-callable'), 'a then that is no function makes no thenable', () => {
  ticks(2);
  const object = { then: 7 };
  (async () => { log((await object) === object); })();
});

test('27.2.1.3.2 step 9', here('await-awaits-thenables-that-throw'), 'a then that throws rejects', () => {
  ticks(3);
  const thenable = { then() { throw 'thrown by then'; } };
  (async () => {
    try { await thenable; } catch (reason) { log('caught', reason); }
  })();
});

test('27.2.2.2', here('await-non-promise-thenable'), 'a thenable that settles later is waited for', () => {
  const thenable = { then(resolve) { setTimeout(resolve, 1, 'late'); } };
  (async () => { log('got', await thenable); })();
  setTimeout(log, 1, 'the next timer');
});

test('27.2.2.2', here('await-awaits-thenables'), 'a thenable may settle once', () => {
  const thenable = { then(resolve, reject) { resolve('first'); reject('second'); resolve('third'); throw 'fourth'; } };
  (async () => { log('got', await thenable); })();
});

test('27.2.2.2', here('await-awaits-thenables'), 'a thenable that gives a promise is followed through it', () => {
  ticks(6);
  const thenable = { then(resolve) { resolve(Promise.resolve('inner')); } };
  (async () => { log('got', await thenable); })();
});

test('27.7.5.3 step 5', here('await-throws-rejections'), 'a rejection is thrown where it is awaited', () => {
  (async () => {
    try { await Promise.reject(new Error('no')); } catch (error) { log('caught', error.message); }
    log('goes on');
  })();
});

test('27.7.5.3 step 5', here('await-throws-rejections'), 'any value can be a reason', () => {
  (async () => {
    for (const reason of [undefined, null, 0, 'text']) {
      try { await Promise.reject(reason); } catch (caught) { log('caught', caught); }
    }
  })();
});

test('27.7.5.3', here('await-monkey-patched-promise'), 'await does not ask a promise for its then', () => {
  const promise = Promise.resolve('value');
  promise.then = () => { log('never: its own then'); };
  (async () => { log('got', await promise); })();
});

test('27.2.4.7.1', 'built-ins/Promise/resolve/arg-uniq-ctor', 'a promise of another constructor is adopted: two ticks more', () => {
  ticks(4);
  const promise = Promise.resolve('value');
  promise.constructor = class extends Promise {};
  (async () => { log('got', await promise); })();
});

test('27.7.5.3', here('async-generator-interleaved'), 'two functions that await take turns', () => {
  const counts = async (name, n) => { for (let i = 0; i < n; i++) { log(name, i); await undefined; } };
  counts('a', 3);
  counts('b', 2);
  Promise.resolve().then(() => log('c'));
});

test('27.7.5.3', here('for-await-of-interleaved'), 'a function that loops over values takes turns with a chain', () => {
  ticks(6);
  (async () => { for await (const value of ['a', 'b']) log(value); log('over'); })();
});

test('27.7.5.3', here('await-in-nested-function'), 'await of an async call waits for its whole body', () => {
  ticks(5);
  const inner = async () => { log('inner 1'); await null; log('inner 2'); await null; log('inner 3'); return 'value'; };
  (async () => { log('got', await inner()); })();
});

test('27.7.5.3', here('syntax-await-in-ConditionalExpression'), 'operands are awaited from left to right', () => {
  const say = async name => { log(name); return name; };
  (async () => {
    log((await say('a')) + (await say('b')) + (await say('c')));
    log((await say('')) || (await say('d')), (await say('e')) && (await say('f')));
    log((await Promise.resolve(false)) ? 'yes' : await say('no'));
  })();
});

test('27.7.5.3', here('await-throws-rejections'), 'a rejection that is awaited late is thrown all the same', () => {
  const rejected = Promise.reject('early');
  rejected.catch(() => {});
  (async () => {
    await null;
    await null;
    try { await rejected; } catch (reason) { log('caught', reason); }
    try { await rejected; } catch (reason) { log('again', reason); }
  })();
});

test('27.7.5.3', here('await-in-function'), 'one promise wakes all that await it, in order', () => {
  let settle;
  const promise = new Promise(resolve => { settle = resolve; });
  const waits = async name => { log(name, await promise); };
  waits('a');
  promise.then(show('then'));
  waits('b');
  settle('value');
  log('main goes on');
});
