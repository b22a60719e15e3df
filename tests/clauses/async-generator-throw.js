'use strict';
const { test, ticks, log, show } = require('./harness');
const here = name => `built-ins/AsyncGeneratorPrototype/throw/${name}`;

test('27.6.1.4 step 8', here('throw-suspendedStart'), 'throw before the start ends it without the body', () => {
  ticks(3);
  async function* g() { log('never: the body'); yield 1; }
  const it = g();
  it.throw('reason').catch(show('rejected'));
  it.next().then(show('next'));
});

test('27.6.1.4', here('throw-suspendedStart-promise'), 'a promise is thrown as it is', () => {
  async function* g() { yield 1; }
  const promise = Promise.resolve('value');
  g().throw(promise).catch(reason => log(reason === promise));
});

test('27.6.1.4 step 9', here('throw-state-completed'), 'throw after the end rejects', () => {
  async function* g() {}
  const it = g();
  it.next().then(show('next'));
  it.throw('reason').catch(show('rejected'));
  it.next().then(show('next'));
});

test('27.6.3.8', here('throw-suspendedYield'), 'throw at a yield ends the body there', () => {
  ticks(5);
  async function* g() { yield 1; log('never: behind the yield'); }
  const it = g();
  it.next().then(show('next'));
  it.throw('reason').catch(show('rejected'));
  it.next().then(show('next'));
});

test('27.6.3.8', here('throw-suspendedYield-promise'), 'a promise is thrown there as it is', () => {
  const promise = Promise.resolve('value');
  async function* g() { try { yield 1; } catch (caught) { log('caught', caught === promise); } }
  const it = g();
  it.next().then(show('next'));
  it.throw(promise).then(show('throw'));
});

test('14.15.3', here('throw-suspendedYield-try-catch'), 'a body that catches it goes on to its next yield', () => {
  async function* g() {
    try { yield 1; } catch (reason) { log('caught', reason); }
    yield 2;
    yield 3;
  }
  const it = g();
  it.next().then(show('next'));
  it.throw('reason').then(show('throw'));
  it.next().then(show('next'));
});

test('14.15.3', here('throw-suspendedYield-try-finally'), 'finally runs, and the reason is kept', () => {
  async function* g() { try { yield 1; } finally { log('finally'); await null; log('finally is done'); } }
  const it = g();
  it.next().then(show('next'));
  it.throw('reason').catch(show('rejected'));
  it.next().then(show('next'));
});

test('14.15.3', here('throw-suspendedYield-try-finally-return'), 'return in finally replaces the reason', () => {
  async function* g() { try { yield 1; } finally { return; } }
  const it = g();
  it.next().then(show('next'));
  it.throw('reason').then(show('throw'), show('rejected'));
});

test('14.15.3', here('throw-suspendedYield-try-finally-throw'), 'throw in finally replaces the reason', () => {
  async function* g() { try { yield 1; } finally { throw 'late'; } }
  const it = g();
  it.next().then(show('next'));
  it.throw('early').then(show('throw'), show('rejected'));
});

test('27.6.3.8', here('request-queue-order-state-executing'), 'throw while the body runs waits for it', () => {
  async function* g() { log('body'); await null; log('awaited'); try { yield 1; } catch (reason) { log('caught', reason); } }
  const it = g();
  it.next().then(show('next'));
  it.throw('reason').then(show('throw'));
  it.next().then(show('next'));
  log('asked');
});

test('27.6.1.4', here('return-rejected-promise'), 'throw gives a promise, and throws nothing itself', () => {
  async function* g() {}
  const one = g().throw(new Error('no'));
  log(one instanceof Promise);
  one.catch(error => log('rejected', error.message));
});

test('27.6.3.8', here('request-queue-order-state-executing'), 'next, throw and return are one queue', () => {
  ticks(8);
  async function* g() {
    for (let i = 0; i < 4; i++) {
      try { log('got', yield i); } catch (reason) { log('caught', reason); }
    }
  }
  const it = g();
  it.next('a').then(show('next'));
  it.throw('b').then(show('throw'));
  it.next('c').then(show('next'));
  it.return('d').then(show('return'));
  it.throw('e').catch(show('rejected'));
  it.next('f').then(show('next'));
});
