'use strict';
const { test, ticks, log, show } = require('./harness');
const here = name => `language/statements/async-function/${name}`;

test('27.7.5.1', here('evaluation-body'), 'the body runs at the call, up to the first await', () => {
  const f = async () => { log('body'); await null; log('after the await'); };
  log('before the call');
  f();
  log('after the call');
});

test('27.7.5.1', here('declaration-returns-promise'), 'a call gives a promise each time, a new one', () => {
  const f = async () => {};
  const one = f(), other = f();
  log(one instanceof Promise, one === other);
});

test('27.7.5.2 step 3.e', here('evaluation-body-that-returns'), 'what is returned fulfils', () => {
  ticks(2);
  (async () => 'value')().then(show('fulfilled'));
});

test('27.7.5.2 step 3.e', here('evaluation-body-that-returns-after-await'), 'what is returned after an await fulfils too', () => {
  ticks(3);
  (async () => { await null; return 'value'; })().then(show('fulfilled'));
});

test('27.7.5.2 step 3.e', here('declaration-returns-promise'), 'a promise that is returned costs two ticks more', () => {
  ticks(5);
  (async () => Promise.resolve('value'))().then(show('fulfilled'));
});

test('27.7.5.2 step 3.e', here('try-return-finally-reject'), 'a rejected promise that is returned rejects', () => {
  ticks(5);
  (async () => Promise.reject('reason'))().catch(show('rejected'));
});

test('27.7.5.2 step 3.e', here('evaluation-body-that-returns'), 'a thenable that is returned is called later', () => {
  ticks(3);
  (async () => ({ then(resolve) { log('then is called'); resolve('value'); } }))().then(show('fulfilled'));
  log('main goes on');
});

test('27.7.5.2 step 3.f', here('evaluation-body-that-throws'), 'what is thrown rejects, and never escapes', () => {
  ticks(2);
  const f = async () => { throw new Error('no'); };
  f().catch(error => log('rejected', error.message));
  log('main goes on');
});

test('27.7.5.2 step 3.f', here('evaluation-body-that-throws-after-await'), 'what is thrown after an await rejects too', () => {
  (async () => { await null; throw new Error('no'); })().catch(error => log('rejected', error.message));
});

test('27.7.5.1', here('evaluation-body'), 'without return the value is undefined', () => {
  (async () => { await 1; })().then(show('fulfilled'));
});

test('27.7.5.1', here('returns-async-function'), 'an async function can give an async function', () => {
  const outer = async () => { log('outer'); return async () => { log('inner'); return 'value'; }; };
  outer().then(inner => inner()).then(show('fulfilled'));
});

test('10.2.11', here('dflt-params-arg-val-undefined'), 'a parameter that is left out takes its default', () => {
  const f = async (a, b = 'default') => log(a, b);
  f(1);
  f(1, 2);
});

test('10.2.11', here('dflt-params-rest'), 'the rest of the arguments is a list', () => {
  const f = async (first, ...rest) => log(first, rest.length, rest.join());
  f(1);
  f(1, 2, 3);
});

test('15.8.4', here('evaluation-this-value-passed'), 'a method knows its object, after an await too', () => {
  const object = {
    name: 'the object',
    async method() { log(this.name); await null; log(this.name); },
  };
  object.method();
});

test('14.15.3', here('try-reject-finally-return'), 'return in finally replaces a rejection', () => {
  (async () => {
    try { await Promise.reject('reason'); } finally { log('finally'); return 'value'; }
  })().then(show('fulfilled'), show('rejected'));
});

test('14.15.3', here('try-reject-finally-throw'), 'throw in finally replaces a rejection', () => {
  (async () => {
    try { await Promise.reject('early'); } finally { throw 'late'; }
  })().then(show('fulfilled'), show('rejected'));
});

test('14.15.3', here('try-reject-finally-reject'), 'a rejection awaited in finally replaces a rejection', () => {
  (async () => {
    try { await Promise.reject('early'); } finally { await Promise.reject('late'); }
  })().then(show('fulfilled'), show('rejected'));
});

test('14.15.3', here('try-return-finally-return'), 'return in finally replaces a return', () => {
  (async () => {
    try { return 'early'; } finally { await null; return 'late'; }
  })().then(show('fulfilled'), show('rejected'));
});

test('14.15.3', here('try-return-finally-throw'), 'throw in finally replaces a return', () => {
  (async () => {
    try { return 'early'; } finally { throw 'late'; }
  })().then(show('fulfilled'), show('rejected'));
});

test('14.15.3', here('try-return-finally-reject'), 'a rejection awaited in finally replaces a return', () => {
  (async () => {
    try { return 'early'; } finally { await Promise.reject('late'); }
  })().then(show('fulfilled'), show('rejected'));
});

test('14.15.3', here('try-throw-finally-return'), 'return in finally replaces a throw', () => {
  (async () => {
    try { throw 'early'; } finally { return 'late'; }
  })().then(show('fulfilled'), show('rejected'));
});

test('14.15.3', here('try-throw-finally-throw'), 'throw in finally replaces a throw', () => {
  (async () => {
    try { throw 'early'; } finally { throw 'late'; }
  })().then(show('fulfilled'), show('rejected'));
});

test('14.15.3', here('try-throw-finally-reject'), 'a rejection awaited in finally replaces a throw', () => {
  (async () => {
    try { throw 'early'; } finally { await Promise.reject('late'); }
  })().then(show('fulfilled'), show('rejected'));
});

test('14.15.3', here('try-return-finally-return'), 'what finally awaits delays the value that is returned', () => {
  ticks(4);
  (async () => {
    try { return 'value'; } finally { await null; await null; log('finally is done'); }
  })().then(show('fulfilled'));
});
