'use strict';
const { test, ticks, log, show } = require('./harness');
const here = name => `built-ins/AsyncGeneratorPrototype/next/${name}`;
const generator = name => `language/expressions/async-generator/${name}`;

test('27.6.1.2', generator('generator-created-after-decl-inst'), 'a call runs nothing', () => {
  async function* g() { log('body'); yield 1; }
  const it = g();
  log('made');
  it.next().then(show('next'));
  log('asked');
});

test('27.6.1.2', here('return-promise'), 'next gives a promise each time', () => {
  async function* g() { yield 1; }
  const it = g();
  const one = it.next(), other = it.next();
  log(one instanceof Promise, one === other);
});

test('27.6.3.8', here('request-queue-order'), 'requests are answered in their order', () => {
  async function* g() { yield 'a'; yield 'b'; yield 'c'; }
  const it = g();
  for (const name of ['first', 'second', 'third', 'fourth', 'fifth']) it.next().then(show(name));
  log('asked');
});

test('27.6.3.8', here('request-queue-promise-resolve-order'), 'a promise that is yielded later does not overtake', () => {
  async function* g() {
    yield new Promise(resolve => setTimeout(resolve, 2, 'slow'));
    yield 'quick';
  }
  const it = g();
  it.next().then(show('first'));
  it.next().then(show('second'));
});

test('27.6.3.8', here('request-queue-order-state-executing'), 'a request from within waits for the body', () => {
  let it;
  async function* g() {
    log('body');
    it.next().then(show('inner request'));
    yield 'a';
    log('goes on');
    yield 'b';
  }
  it = g();
  it.next().then(show('outer request'));
});

test('27.6.3.8', here('request-queue-await-order'), 'a body that awaits keeps requests waiting', () => {
  ticks(5);
  async function* g() { log('start'); await null; log('awaited'); yield 1; yield 2; }
  const it = g();
  it.next().then(show('next'));
  it.next().then(show('next'));
});

test('27.6.3.8 step 5', generator('expression-await-promise-as-yield-operand'), 'yield awaits its operand', () => {
  ticks(4);
  async function* g() { yield Promise.resolve('of the promise'); }
  g().next().then(show('next'));
});

test('27.6.3.8 step 5', generator('expression-await-thenable-as-yield-operand'), 'a thenable too', () => {
  ticks(4);
  async function* g() { yield { then(resolve) { log('then is called'); resolve('of the thenable'); } }; }
  g().next().then(show('next'));
});

test('27.6.3.8', generator('expression-yield-as-operand'), 'yield gives what next is asked with', () => {
  async function* g() { const got = yield 'a'; log('got', got); log('got', yield 'b'); }
  const it = g();
  it.next('is not seen').then(show('next'));
  it.next('first answer').then(show('next'));
  it.next('second answer').then(show('next'));
});

test('27.6.3.8', generator('expression-yield-as-statement'), 'without an argument it gives undefined', () => {
  async function* g() { log('got', yield); }
  const it = g();
  it.next().then(show('next'));
  it.next().then(show('next'));
});

test('27.6.3.5', generator('yield-promise-reject-next'), 'a rejected promise that is yielded ends the generator', () => {
  ticks(5);
  async function* g() { yield Promise.reject('reason'); log('never: after the yield'); }
  const it = g();
  it.next().catch(show('rejected'));
  it.next().then(show('next'));
});

test('27.6.3.8', generator('yield-promise-reject-next-catch'), 'unless the body catches it at the yield', () => {
  async function* g() {
    try { yield Promise.reject('reason'); } catch (reason) { log('caught', reason); }
    yield 'goes on';
  }
  const it = g();
  it.next().then(show('next'));
  it.next().then(show('next'));
});

test('27.6.3.3', generator('yield-promise-reject-next'), 'what the body throws rejects the request, and ends it', () => {
  async function* g() { yield 1; throw 'thrown'; }
  const it = g();
  it.next().then(show('next'));
  it.next().then(show('next'), show('rejected'));
  it.next().then(show('next'));
});

test('27.6.3.3', 'language/statements/async-generator/return-undefined-implicit-and-explicit', 'a bare return ends it with undefined', () => {
  async function* g() { yield 1; return; }
  const it = g();
  it.next().then(show('next'));
  it.next().then(show('next'));
  it.next().then(show('next'));
});

test('27.6.3.5', here('iterator-result-prototype'), 'a completed generator answers at once, in a tick', () => {
  ticks(3);
  async function* g() {}
  const it = g();
  it.next().then(value => { log('first', value); it.next().then(show('second')); });
});

test('27.6.3.6', here('request-queue-order'), 'two objects of one function know nothing of each other', () => {
  async function* count(name) { for (let i = 0; ; i++) yield `${name}${i}`; }
  const a = count('a'), b = count('b');
  a.next().then(show('next'));
  b.next().then(show('next'));
  a.next().then(show('next'));
});

test('27.6.3.8', here('request-queue-order'), 'what is asked in a callback of next is queued behind the others', () => {
  async function* g() { yield 'a'; yield 'b'; yield 'c'; }
  const it = g();
  it.next().then(value => { log('first', value); it.next().then(show('third')); });
  it.next().then(show('second'));
});
