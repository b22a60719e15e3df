from harness import log, show, test, ticks
from loopscope.js import *


@test('values of another generator are handed on')
def _():
    ticks(14)

    async def inner():
        yield 'a'
        yield 'b'

    async def outer():
        async for value in inner():
            yield value
        yield 'c'
    it = outer()
    for _ in range(4):
        it.next().then(show('next'))


@test('values of a list are handed on')
def _():
    ticks(12)

    async def outer():
        async for value in ['a', Promise.resolve('b')]:
            yield value
    it = outer()
    for _ in range(3):
        it.next().then(show('next'))


@test('what the inner one throws passes through the outer one')
def _():
    async def inner():
        yield 'a'
        raise Thrown('thrown inside')

    async def outer():
        try:
            async for value in inner():
                yield value
        except Thrown as thrown:
            log('caught', thrown.value)
            yield 'instead'
    it = outer()
    for _ in range(3):
        it.next().then(show('next'))


@test('return of the outer one closes the inner one first')
def _():
    ticks(12)

    async def inner():
        try:
            yield 'a'
            yield 'b'
        finally:
            log('inner finally')

    async def outer():
        try:
            async for value in inner():
                yield value
        finally:
            log('outer finally')
    it = outer()
    it.next().then(show('next'))
    it.return_('value').then(show('return'))
    it.next().then(show('next'))


@test('throw into the outer one closes the inner one first')
def _():
    async def inner():
        try:
            yield 'a'
        finally:
            log('inner finally')

    async def outer():
        async for value in inner():
            yield value
    it = outer()
    it.next().then(show('next'))
    it.throw('reason').catch(show('rejected'))
    it.next().then(show('next'))


@test('a rejected promise that the inner one yields')
def _():
    async def inner():
        yield Promise.reject('reason')
        yield 'never'

    async def outer():
        async for value in inner():
            yield value
    it = outer()
    it.next().catch(show('rejected'))
    it.next().then(show('next'))


@test('a rejected promise in a list')
def _():
    async def outer():
        async for value in [Promise.reject('reason'), 'never']:
            yield value
    it = outer()
    it.next().catch(show('rejected'))
    it.next().then(show('next'))


@test('an own iterator whose next fails')
def _():
    class Failing:
        def __aiter__(self):
            return self

        def next(self):
            raise Thrown('next fails')

    async def outer():
        try:
            async for value in Failing():
                yield value
        finally:
            log('finally')
    it = outer()
    it.next().catch(show('rejected'))
    it.next().then(show('next'))


@test('an iterable that gives no iterator')
def _():
    class Failing:
        def __aiter__(self):
            raise Thrown('no iterator')

    async def outer():
        log('body')
        async for value in Failing():
            yield value
    it = outer()
    it.next().catch(show('rejected'))
    it.next().then(show('next'))


@test('three generators deep')
def _():
    async def level(n):
        if n > 0:
            async for value in level(n - 1):
                yield f'{n}{value}'
        else:
            yield ''

    async def f():
        async for value in level(3):
            log(value)
        log('over')
    f()
