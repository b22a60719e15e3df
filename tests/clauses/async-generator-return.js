'use strict';
const { test, ticks, log, show } = require('./harness');
const here = name => `built-ins/AsyncGeneratorPrototype/return/${name}`;

test('27.6.1.3 step 8', here('return-suspendedStart'), 'return before the start: the body never runs', () => {
  ticks(3);
  async function* g() { log('never: the body'); yield 1; }
  const it = g();
  it.return('value').then(show('return'));
  it.next().then(show('next'));
});

test('27.6.3.9', here('return-suspendedStart-promise'), 'what it is asked with is awaited', () => {
  ticks(4);
  async function* g() { yield 1; }
  g().return(Promise.resolve('value')).then(show('return'));
});

test('27.6.3.9', here('return-suspendedStart-promise'), 'a rejected promise rejects the request', () => {
  ticks(4);
  async function* g() { yield 1; }
  const it = g();
  it.return(Promise.reject('reason')).catch(show('rejected'));
  it.next().then(show('next'));
});

test('27.6.3.9', here('return-suspendedStart-broken-promise'), 'and so does a thenable that throws', () => {
  async function* g() { yield 1; }
  const it = g();
  it.return({ then() { throw 'broken'; } }).catch(show('rejected'));
  it.next().then(show('next'));
});

test('27.6.1.3 step 8', here('return-state-completed'), 'return after the end gives its value', () => {
  ticks(6);
  async function* g() {}
  const it = g();
  it.next().then(show('next'));
  it.return('value').then(show('return'));
  it.return().then(show('return'));
});

test('27.6.3.9', here('return-state-completed-broken-promise'), 'a rejected promise after the end rejects', () => {
  async function* g() {}
  const it = g();
  it.next().then(show('next'));
  it.return(Promise.reject('reason')).catch(show('rejected'));
  it.next().then(show('next'));
});

test('27.6.3.8', here('return-suspendedYield'), 'return at a yield ends the body there', () => {
  ticks(5);
  async function* g() { yield 1; log('never: behind the yield'); yield 2; }
  const it = g();
  it.next().then(show('next'));
  it.return('value').then(show('return'));
  it.next().then(show('next'));
});

test('27.6.3.7', here('return-suspendedYield-promise'), 'its promise is awaited at the yield', () => {
  ticks(7);
  async function* g() { yield 1; }
  const it = g();
  it.next().then(show('next'));
  it.return(Promise.resolve('value')).then(show('return'));
});

test('27.6.3.7', here('return-suspendedYield-broken-promise-try-catch'), 'its rejected promise is thrown at the yield', () => {
  async function* g() {
    try { yield 1; } catch (reason) { log('caught', reason); }
    yield 'goes on';
  }
  const it = g();
  it.next().then(show('next'));
  it.return(Promise.reject('reason')).then(show('return'));
  it.next().then(show('next'));
});

test('14.15.3', here('return-suspendedYield-try-finally'), 'finally runs, and the value is kept', () => {
  async function* g() { try { yield 1; } finally { log('finally'); await null; log('finally is done'); } }
  const it = g();
  it.next().then(show('next'));
  it.return('value').then(show('return'));
  it.next().then(show('next'));
});

test('14.15.3', here('return-suspendedYield-try-finally-throw'), 'throw in finally rejects the return', () => {
  async function* g() { try { yield 1; } finally { throw 'thrown'; } }
  const it = g();
  it.next().then(show('next'));
  it.return('value').catch(show('rejected'));
  it.next().then(show('next'));
});

test('14.15.3', here('return-suspendedYield-try-finally-return'), 'return in finally replaces the value', () => {
  async function* g() { try { yield 1; } finally { return; } }
  const it = g();
  it.next().then(show('next'));
  it.return('value').then(show('return'));
});

test('14.15.3', here('return-suspendedYield-try-finally'), 'yield in finally answers first; the return goes on after it', () => {
  async function* g() { try { yield 1; } finally { yield 'in finally'; log('after it'); } }
  const it = g();
  it.next().then(show('next'));
  it.return('value').then(show('return'));
  it.next().then(show('next'));
  it.next().then(show('next'));
});

test('27.6.3.8', here('request-queue-order-state-executing'), 'return while the body runs waits for it', () => {
  async function* g() { log('body'); await null; log('awaited'); yield 1; log('never: behind the yield'); }
  const it = g();
  it.next().then(show('next'));
  it.return('value').then(show('return'));
  it.next().then(show('next'));
  log('asked');
});

test('27.6.1.3', here('return-promise'), 'return gives a promise each time, never throws', () => {
  async function* g() {}
  const it = g();
  const one = it.return({ get then() { throw 'poison'; } });
  log(one instanceof Promise);
  one.catch(show('rejected'));
});
