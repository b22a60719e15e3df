from harness import log, show, test, ticks
from loopscope.js import *


class Loud:
    """An async iterator that says what is asked of it: answers of next, and what return does."""

    def __init__(self, answers, return_=None):
        self.answers = answers
        if return_ is not None:
            self.return_ = return_

    def __aiter__(self):
        log('iterator')
        return self

    def next(self, *args):
        log('next', len(args))
        return self.answers.pop(0)


def item(value):
    return {'value': value, 'done': False}


end = {'value': 'not seen', 'done': True}


def throw(reason):
    raise Thrown(reason)


def say(word, result):
    log(word)
    return result


@test('next is asked until it is done')
def _():
    async def f():
        async for value in Loud([item('a'), item('b'), end]):
            log(value)
        log('over')
    f()


@test('each result is awaited')
def _():
    ticks(5)

    async def f():
        async for value in Loud([Promise.resolve(item('a')), item('b'), end]):
            log(value)
        log('over')
    f()


@test('the value of an async iterator is not awaited')
def _():
    promise = Promise.resolve('value')

    async def f():
        async for value in Loud([item(promise), end]):
            log(value is promise)
    f()


@test('a result that is no object is refused')
def _():
    async def f():
        try:
            async for value in Loud([7]):
                log('never', value)
        except TypeError as error:
            log(type(error).__name__)
    f()


@test('an iterator whose next fails is not closed')
def _():
    failing = Loud([], lambda: say('never: return', {}))
    failing.next = lambda: (log('next'), throw('next fails'))

    async def f():
        try:
            async for value in failing:
                log('never', value)
        except Thrown as thrown:
            log('caught', thrown.value)
    f()


@test('nor one whose result rejects')
def _():
    failing = Loud([Promise.reject('result rejects')], lambda: say('never: return', {}))

    async def f():
        try:
            async for value in failing:
                log('never', value)
        except Thrown as thrown:
            log('caught', thrown.value)
    f()


@test('break closes it, and waits for that')
def _():
    ticks(6)
    iterator = Loud([item('a'), item('b')], lambda: say('return', Promise.resolve({})))

    async def f():
        async for value in iterator:
            log(value)
            break
        log('after the loop')
    f()


@test('break goes on at once where there is no return')
def _():
    async def f():
        async for value in Loud([item('a')]):
            log(value)
            break
        log('after the loop')
    f()


@test('a return that throws is thrown by break')
def _():
    iterator = Loud([item('a')], lambda: throw('return fails'))

    async def f():
        try:
            async for value in iterator:
                log(value)
                break
        except Thrown as thrown:
            log('caught', thrown.value)
    f()


@test('a return that rejects is thrown by break')
def _():
    iterator = Loud([item('a')], lambda: Promise.reject('return rejects'))

    async def f():
        try:
            async for value in iterator:
                log(value)
                break
        except Thrown as thrown:
            log('caught', thrown.value)
    f()


@test('a throw of the body wins over one of return')
def _():
    iterator = Loud([item('a')], lambda: (log('return'), throw('return fails')))

    async def f():
        try:
            async for value in iterator:
                raise Thrown(f'body: {value}')
        except Thrown as thrown:
            log('caught', thrown.value)
    f()


@test('a return that gives no object is refused by break')
def _():
    iterator = Loud([item('a')], lambda: 7)

    async def f():
        try:
            async for value in iterator:
                log(value)
                break
        except TypeError as error:
            log(type(error).__name__)
    f()


@test('and not by a throw')
def _():
    iterator = Loud([item('a')], lambda: 7)

    async def f():
        try:
            async for value in iterator:
                raise Thrown(f'body: {value}')
        except Thrown as thrown:
            log('caught', thrown.value)
    f()


@test('return of the function closes it first')
def _():
    iterator = Loud([item('a')], lambda: say('return', {}))

    async def f():
        async for value in iterator:
            return f'of {value}'
    f().then(show('fulfilled'))


@test('continue asks for the next')
def _():
    iterator = Loud([item(1), item(2), item(3), end], lambda: log('never: return'))

    async def f():
        async for value in iterator:
            if value == 2:
                continue
            log(value)
    f()


@test('leaving two loops closes the inner one first')
def _():
    def named(name):
        return Loud([item(name), item(name)], lambda: (log('return of', name), {})[1])

    async def f():
        async for outer in named('outer'):
            async for inner in named('inner'):
                log(outer, inner)
                raise Thrown('left')
    f().catch(show('rejected'))


@test('over an async generator: break runs its finally')
def _():
    ticks(10)

    async def g():
        try:
            yield 'a'
            yield 'b'
        finally:
            log('finally')
            await null
            log('finally is done')

    async def f():
        async for value in g():
            log(value)
            break
        log('after the loop')
    f()
