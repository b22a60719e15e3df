'use strict';
const { test, ticks, log, show } = require('./harness');
const here = name => `language/statements/for-await-of/${name}`;

// An async iterator that says what is asked of it; `answers` of next, and what return gives.
const loud = (answers, more = {}) => ({
  [Symbol.asyncIterator]() { log('iterator'); return this; },
  next(...args) { log('next', args.length); return answers.shift(); },
  ...more,
});
const item = value => ({ value, done: false });
const end = { value: 'not seen', done: true };

test('14.7.5.6', here('head-lhs-async'), 'next is asked until it is done', () => {
  (async () => {
    for await (const value of loud([item('a'), item('b'), end])) log(value);
    log('over');
  })();
});

test('14.7.5.6 step 6.a', here('ticks-with-async-iter-resolved-promise-and-constructor-lookup'), 'each result is awaited', () => {
  ticks(5);
  (async () => {
    for await (const value of loud([Promise.resolve(item('a')), item('b'), end])) log(value);
    log('over');
  })();
});

test('14.7.5.6', here('ticks-with-async-iter-resolved-promise-and-constructor-lookup-two'), 'the value of an async iterator is not awaited', () => {
  const promise = Promise.resolve('value');
  (async () => {
    for await (const value of loud([item(promise), end])) log(value === promise);
  })();
});

test('14.7.5.6 step 6.b', 'language/expressions/await/for-await-of-interleaved', 'a result that is no object is refused', () => {
  (async () => {
    try { for await (const value of loud([7])) log('never', value); } catch (error) { log(error.name); }
  })();
});

test('14.7.5.6', here('iterator-close-throw-get-method-abrupt'), 'an iterator whose next fails is not closed', () => {
  const failing = loud([], { return() { log('never: return'); return {}; } });
  failing.next = () => { log('next'); throw 'next fails'; };
  (async () => {
    try { for await (const value of failing) log('never', value); } catch (reason) { log('caught', reason); }
  })();
});

test('14.7.5.6', here('iterator-close-throw-get-method-abrupt'), 'nor one whose result rejects', () => {
  const failing = loud([Promise.reject('result rejects')], { return() { log('never: return'); return {}; } });
  (async () => {
    try { for await (const value of failing) log('never', value); } catch (reason) { log('caught', reason); }
  })();
});

test('7.4.13', here('iterator-close-non-throw-get-method-is-null'), 'break closes it, and waits for that', () => {
  ticks(6);
  const iterator = loud([item('a'), item('b')], { return() { log('return'); return Promise.resolve({}); } });
  (async () => {
    for await (const value of iterator) { log(value); break; }
    log('after the loop');
  })();
});

test('7.4.13', here('iterator-close-non-throw-get-method-is-null'), 'break goes on at once where there is no return', () => {
  (async () => {
    for await (const value of loud([item('a')])) { log(value); break; }
    log('after the loop');
  })();
});

test('7.4.13 step 6', here('iterator-close-non-throw-get-method-abrupt'), 'a return that throws is thrown by break', () => {
  const iterator = loud([item('a')], { return() { throw 'return fails'; } });
  (async () => {
    try { for await (const value of iterator) { log(value); break; } } catch (reason) { log('caught', reason); }
  })();
});

test('7.4.13 step 6', here('iterator-close-non-throw-get-method-abrupt'), 'a return that rejects is thrown by break', () => {
  const iterator = loud([item('a')], { return: () => Promise.reject('return rejects') });
  (async () => {
    try { for await (const value of iterator) { log(value); break; } } catch (reason) { log('caught', reason); }
  })();
});

test('7.4.13 step 5', here('iterator-close-throw-get-method-abrupt'), 'a throw of the body wins over one of return', () => {
  const iterator = loud([item('a')], { return() { log('return'); throw 'return fails'; } });
  (async () => {
    try { for await (const value of iterator) throw `body: ${value}`; } catch (reason) { log('caught', reason); }
  })();
});

test('7.4.13 step 7', here('iterator-close-non-throw-get-method-non-callable'), 'a return that gives no object is refused by break', () => {
  const iterator = loud([item('a')], { return: () => 7 });
  (async () => {
    try { for await (const value of iterator) { log(value); break; } } catch (error) { log(error.name); }
  })();
});

test('7.4.13 step 5', here('iterator-close-throw-get-method-non-callable'), 'and not by a throw', () => {
  const iterator = loud([item('a')], { return: () => 7 });
  (async () => {
    try { for await (const value of iterator) throw `body: ${value}`; } catch (reason) { log('caught', reason); }
  })();
});

test('14.7.5.7', here('iterator-close-non-throw-get-method-is-null'), 'return of the function closes it first', () => {
  const iterator = loud([item('a')], { return() { log('return'); return {}; } });
  (async () => {
    for await (const value of iterator) return `of ${value}`;
  })().then(show('fulfilled'));
});

test('14.7.5.7', here('head-lhs-async'), 'continue asks for the next', () => {
  const iterator = loud([item(1), item(2), item(3), end], { return() { log('never: return'); } });
  (async () => {
    for await (const value of iterator) { if (value === 2) continue; log(value); }
  })();
});

test('14.7.5.7', here('iterator-close-non-throw-get-method-is-null'), 'leaving two loops closes the inner one first', () => {
  const named = name => loud([item(name), item(name)], { return() { log('return of', name); return {}; } });
  (async () => {
    for await (const outer of named('outer')) {
      for await (const inner of named('inner')) { log(outer, inner); throw 'left'; }
    }
  })().catch(show('rejected'));
});

test('14.7.5.6', 'language/statements/async-generator/yield-promise-reject-next-for-await-of-async-iterator', 'over an async generator: break runs its finally', () => {
  ticks(10);
  async function* g() { try { yield 'a'; yield 'b'; } finally { log('finally'); await null; log('finally is done'); } }
  (async () => {
    for await (const value of g()) { log(value); break; }
    log('after the loop');
  })();
});
