'use strict';
const { test, ticks, log, show } = require('./harness');
const here = (name, method = 'next') => `built-ins/AsyncFromSyncIteratorPrototype/${method}/${name}`;

// A sync iterable that says what is asked of it: one step for each function.
const loud = (steps, more) => ({
  [Symbol.iterator]() {
    log('iterator');
    let i = 0;
    return {
      next() {
        log('next');
        return i < steps.length ? { value: steps[i++](), done: false } : { value: undefined, done: true };
      },
      ...more,
    };
  },
});

test('27.1.6.2.1', here('iterator-result-unwrap-promise'), 'promises among the items are awaited', () => {
  ticks(8);
  (async () => {
    for await (const value of [Promise.resolve('a'), 'b', Promise.resolve('c')]) log(value);
    log('over');
  })();
});

test('27.1.6.4', 'language/statements/for-await-of/ticks-with-sync-iter-resolved-promise-and-constructor-lookup', 'an item costs the same ticks, promise or not', () => {
  ticks(8);
  const count = async (name, items) => { for await (const value of items) log(name, value); log(name, 'over'); };
  count('promises', [Promise.resolve(1), Promise.resolve(2)]);
  count('values', [1, 2]);
});

test('27.1.6.4', here('iterator-result-unwrap-promise'), 'thenables are called', () => {
  ticks(6);
  (async () => {
    for await (const value of [{ then(resolve) { log('then is called'); resolve('of the thenable'); } }]) log(value);
  })();
});

test('27.1.6.4', here('iterator-result-rejected'), 'a rejected item is thrown by the loop', () => {
  ticks(5);
  (async () => {
    try { for await (const value of ['a', Promise.reject('reason'), 'never']) log(value); } catch (reason) { log('caught', reason); }
  })();
});

test('27.1.6.2.1', here('return-promise'), 'items are asked for one by one', () => {
  (async () => {
    for await (const value of loud([() => 'a', () => 'b'])) log(value);
    log('over');
  })();
});

test('27.1.6.2.1', here('next-result-poisoned-wrapper'), 'an iterator that throws ends the loop', () => {
  (async () => {
    try {
      for await (const value of loud([() => 'a', () => { throw 'next fails'; }])) log(value);
    } catch (reason) { log('caught', reason); }
  })();
});

test('27.1.6.2.2', here('iterator-result', 'return'), 'break calls its return', () => {
  (async () => {
    for await (const value of loud([() => 'a'], { return() { log('return'); return { done: true }; } })) { log(value); break; }
    log('after the loop');
  })();
});

test('27.1.6.2.2', here('return-undefined', 'return'), 'break goes on where there is none', () => {
  ticks(6);
  (async () => {
    for await (const value of loud([() => 'a'])) { log(value); break; }
    log('after the loop');
  })();
});

test('27.1.6.2.2', here('poisoned-return', 'return'), 'a return that throws is thrown by break', () => {
  (async () => {
    try {
      for await (const value of loud([() => 'a'], { return() { throw 'return fails'; } })) { log(value); break; }
    } catch (reason) { log('caught', reason); }
  })();
});

test('27.1.6.2.2', here('iterator-result-unwrap-promise', 'return'), 'a sync generator is closed by break', () => {
  ticks(8);
  function* g() { try { yield 'a'; yield 'b'; } finally { log('finally'); } }
  (async () => {
    for await (const value of g()) { log(value); break; }
    log('after the loop');
  })();
});

test('27.1.6.2.2', here('iterator-result', 'return'), 'and by a throw of the body', () => {
  function* g() { try { yield 'a'; } finally { log('finally'); } }
  (async () => { for await (const value of g()) throw `body: ${value}`; })().catch(show('rejected'));
});

test('14.7.5.6', here('return-promise'), 'a loop over nothing costs its two ticks', () => {
  ticks(4);
  (async () => { for await (const value of []) log('never', value); log('over'); })();
});

test('14.7.5.6', here('iterator-result-unwrap-promise'), 'text is walked by characters', () => {
  (async () => { for await (const letter of 'aé😀') log(letter); })();
});

test('7.4.3', 'language/statements/async-generator/yield-star-getiter-sync-returns-undefined-throw', 'what is not iterable is refused', () => {
  (async () => {
    for (const wrong of [undefined, 5, {}]) {
      try { for await (const value of wrong) log('never', value); } catch (error) { log(error.name); }
    }
  })();
});

test('27.1.6.4', here('iterator-result-unwrap-promise'), 'what an item settles to later is waited for, in order', () => {
  const late = (value, ms) => new Promise(resolve => setTimeout(resolve, ms, value));
  (async () => { for await (const value of [late('slow', 3), late('quick', 1)]) log(value); })();
});
