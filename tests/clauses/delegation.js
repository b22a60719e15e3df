// yield* itself is not Python's: where the Python twin delegates by a loop, so does this one; what yield*
// alone does is in docs/differences.md.
'use strict';
const { test, ticks, log, show } = require('./harness');
const here = name => `language/statements/async-generator/${name}`;

test('15.5.5', here('yield-star-async-next'), 'values of another generator are handed on', () => {
  ticks(14);
  async function* inner() { yield 'a'; yield 'b'; }
  async function* outer() { for await (const value of inner()) yield value; yield 'c'; }
  const it = outer();
  for (let i = 0; i < 4; i++) it.next().then(show('next'));
});

test('15.5.5', here('yield-star-sync-next'), 'values of a list are handed on', () => {
  ticks(12);
  async function* outer() { for await (const value of ['a', Promise.resolve('b')]) yield value; }
  const it = outer();
  for (let i = 0; i < 3; i++) it.next().then(show('next'));
});

test('15.5.5', here('yield-star-async-throw'), 'what the inner one throws passes through the outer one', () => {
  async function* inner() { yield 'a'; throw 'thrown inside'; }
  async function* outer() {
    try { for await (const value of inner()) yield value; } catch (reason) { log('caught', reason); yield 'instead'; }
  }
  const it = outer();
  for (let i = 0; i < 3; i++) it.next().then(show('next'));
});

test('15.5.5', here('yield-star-async-return'), 'return of the outer one closes the inner one first', () => {
  ticks(12);
  async function* inner() { try { yield 'a'; yield 'b'; } finally { log('inner finally'); } }
  async function* outer() { try { for await (const value of inner()) yield value; } finally { log('outer finally'); } }
  const it = outer();
  it.next().then(show('next'));
  it.return('value').then(show('return'));
  it.next().then(show('next'));
});

test('15.5.5', here('yield-star-async-throw'), 'throw into the outer one closes the inner one first', () => {
  async function* inner() { try { yield 'a'; } finally { log('inner finally'); } }
  async function* outer() { for await (const value of inner()) yield value; }
  const it = outer();
  it.next().then(show('next'));
  it.throw('reason').catch(show('rejected'));
  it.next().then(show('next'));
});

test('15.5.5', here('yield-promise-reject-next-for-await-of-async-iterator'), 'a rejected promise that the inner one yields', () => {
  async function* inner() { yield Promise.reject('reason'); yield 'never'; }
  async function* outer() { for await (const value of inner()) yield value; }
  const it = outer();
  it.next().catch(show('rejected'));
  it.next().then(show('next'));
});

test('15.5.5', here('yield-promise-reject-next-for-await-of-sync-iterator'), 'a rejected promise in a list', () => {
  async function* outer() { for await (const value of [Promise.reject('reason'), 'never']) yield value; }
  const it = outer();
  it.next().catch(show('rejected'));
  it.next().then(show('next'));
});

test('15.5.5', here('yield-star-next-call-returns-abrupt'), 'an own iterator whose next fails', () => {
  const failing = { [Symbol.asyncIterator]() { return { next() { throw 'next fails'; } }; } };
  async function* outer() { try { for await (const value of failing) yield value; } finally { log('finally'); } }
  const it = outer();
  it.next().catch(show('rejected'));
  it.next().then(show('next'));
});

test('15.5.5', here('yield-star-getiter-async-returns-abrupt'), 'an iterable that gives no iterator', () => {
  const failing = { [Symbol.asyncIterator]() { throw 'no iterator'; } };
  async function* outer() { log('body'); for await (const value of failing) yield value; }
  const it = outer();
  it.next().catch(show('rejected'));
  it.next().then(show('next'));
});

test('15.5.5', here('yield-star-async-next'), 'three generators deep', () => {
  async function* level(n) { if (n > 0) { for await (const value of level(n - 1)) yield `${n}${value}`; } else yield ''; }
  (async () => { for await (const value of level(3)) log(value); log('over'); })();
});
