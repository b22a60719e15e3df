from harness import log, show, test, ticks
from loopscope.js import *


class Loud:
    """A sync iterable that says what is asked of it: one step for each function."""

    def __init__(self, steps, return_=None):
        self.steps = steps
        if return_ is not None:
            self.return_ = return_

    def __iter__(self):
        log('iterator')
        return self

    def __next__(self):
        log('next')
        if not self.steps:
            raise StopIteration
        return self.steps.pop(0)()


def throw(reason):
    raise Thrown(reason)


@test('promises among the items are awaited')
def _():
    ticks(8)

    async def f():
        async for value in [Promise.resolve('a'), 'b', Promise.resolve('c')]:
            log(value)
        log('over')
    f()


@test('an item costs the same ticks, promise or not')
def _():
    ticks(8)

    async def count(name, items):
        async for value in items:
            log(name, value)
        log(name, 'over')
    count('promises', [Promise.resolve(1), Promise.resolve(2)])
    count('values', [1, 2])


@test('thenables are called')
def _():
    ticks(6)

    class Thenable:
        def then(self, resolve):
            log('then is called')
            resolve('of the thenable')

    async def f():
        async for value in [Thenable()]:
            log(value)
    f()


@test('a rejected item is thrown by the loop')
def _():
    ticks(5)

    async def f():
        try:
            async for value in ['a', Promise.reject('reason'), 'never']:
                log(value)
        except Thrown as thrown:
            log('caught', thrown.value)
    f()


@test('items are asked for one by one')
def _():
    async def f():
        async for value in Loud([lambda: 'a', lambda: 'b']):
            log(value)
        log('over')
    f()


@test('an iterator that throws ends the loop')
def _():
    async def f():
        try:
            async for value in Loud([lambda: 'a', lambda: throw('next fails')]):
                log(value)
        except Thrown as thrown:
            log('caught', thrown.value)
    f()


@test('break calls its return')
def _():
    async def f():
        async for value in Loud([lambda: 'a'], lambda: (log('return'), {'done': True})[1]):
            log(value)
            break
        log('after the loop')
    f()


@test('break goes on where there is none')
def _():
    ticks(6)

    async def f():
        async for value in Loud([lambda: 'a']):
            log(value)
            break
        log('after the loop')
    f()


@test('a return that throws is thrown by break')
def _():
    async def f():
        try:
            async for value in Loud([lambda: 'a'], lambda: throw('return fails')):
                log(value)
                break
        except Thrown as thrown:
            log('caught', thrown.value)
    f()


@test('a sync generator is closed by break')
def _():
    ticks(8)

    def g():
        try:
            yield 'a'
            yield 'b'
        finally:
            log('finally')

    async def f():
        async for value in g():
            log(value)
            break
        log('after the loop')
    f()


@test('and by a throw of the body')
def _():
    def g():
        try:
            yield 'a'
        finally:
            log('finally')

    async def f():
        async for value in g():
            raise Thrown(f'body: {value}')
    f().catch(show('rejected'))


@test('a loop over nothing costs its two ticks')
def _():
    ticks(4)

    async def f():
        async for value in []:
            log('never', value)
        log('over')
    f()


@test('text is walked by characters')
def _():
    async def f():
        async for letter in 'aé😀':
            log(letter)
    f()


@test('what is not iterable is refused')
def _():
    async def f():
        for wrong in [undefined, 5, object()]:
            try:
                async for value in wrong:
                    log('never', value)
            except TypeError as error:
                log(type(error).__name__)
    f()


@test('what an item settles to later is waited for, in order')
def _():
    def late(value, ms):
        return Promise(lambda resolve: setTimeout(resolve, ms, value))

    async def f():
        async for value in [late('slow', 3), late('quick', 1)]:
            log(value)
    f()
