from harness import log, show, test, ticks
from loopscope.js import *


@test('a call runs nothing')
def _():
    async def g():
        log('body')
        yield 1
    it = g()
    log('made')
    it.next().then(show('next'))
    log('asked')


@test('next gives a promise each time')
def _():
    async def g():
        yield 1
    it = g()
    one, other = it.next(), it.next()
    log(isinstance(one, Promise), one is other)


@test('requests are answered in their order')
def _():
    async def g():
        yield 'a'
        yield 'b'
        yield 'c'
    it = g()
    for name in ['first', 'second', 'third', 'fourth', 'fifth']:
        it.next().then(show(name))
    log('asked')


@test('a promise that is yielded later does not overtake')
def _():
    async def g():
        yield Promise(lambda resolve: setTimeout(resolve, 2, 'slow'))
        yield 'quick'
    it = g()
    it.next().then(show('first'))
    it.next().then(show('second'))


@test('a request from within waits for the body')
def _():
    async def g():
        log('body')
        it.next().then(show('inner request'))
        yield 'a'
        log('goes on')
        yield 'b'
    it = g()
    it.next().then(show('outer request'))


@test('a body that awaits keeps requests waiting')
def _():
    ticks(5)

    async def g():
        log('start')
        await null
        log('awaited')
        yield 1
        yield 2
    it = g()
    it.next().then(show('next'))
    it.next().then(show('next'))


@test('yield awaits its operand')
def _():
    ticks(4)

    async def g():
        yield Promise.resolve('of the promise')
    g().next().then(show('next'))


@test('a thenable too')
def _():
    ticks(4)

    class Thenable:
        def then(self, resolve):
            log('then is called')
            resolve('of the thenable')

    async def g():
        yield Thenable()
    g().next().then(show('next'))


@test('yield gives what next is asked with')
def _():
    async def g():
        got = yield 'a'
        log('got', got)
        log('got', (yield 'b'))
    it = g()
    it.next('is not seen').then(show('next'))
    it.next('first answer').then(show('next'))
    it.next('second answer').then(show('next'))


@test('without an argument it gives undefined')
def _():
    async def g():
        log('got', (yield))
    it = g()
    it.next().then(show('next'))
    it.next().then(show('next'))


@test('a rejected promise that is yielded ends the generator')
def _():
    ticks(5)

    async def g():
        yield Promise.reject('reason')
        log('never: after the yield')
    it = g()
    it.next().catch(show('rejected'))
    it.next().then(show('next'))


@test('unless the body catches it at the yield')
def _():
    async def g():
        try:
            yield Promise.reject('reason')
        except Thrown as thrown:
            log('caught', thrown.value)
        yield 'goes on'
    it = g()
    it.next().then(show('next'))
    it.next().then(show('next'))


@test('what the body throws rejects the request, and ends it')
def _():
    async def g():
        yield 1
        raise Thrown('thrown')
    it = g()
    it.next().then(show('next'))
    it.next().then(show('next'), show('rejected'))
    it.next().then(show('next'))


@test('a bare return ends it with undefined')
def _():
    async def g():
        yield 1
        return
    it = g()
    it.next().then(show('next'))
    it.next().then(show('next'))
    it.next().then(show('next'))


@test('a completed generator answers at once, in a tick')
def _():
    ticks(3)

    async def g():
        return
        yield
    it = g()

    def then(value):
        log('first', value)
        it.next().then(show('second'))
    it.next().then(then)


@test('two objects of one function know nothing of each other')
def _():
    async def count(name):
        i = 0
        while True:
            yield f'{name}{i}'
            i += 1
    a, b = count('a'), count('b')
    a.next().then(show('next'))
    b.next().then(show('next'))
    a.next().then(show('next'))


@test('what is asked in a callback of next is queued behind the others')
def _():
    async def g():
        yield 'a'
        yield 'b'
        yield 'c'
    it = g()

    def first(value):
        log('first', value)
        it.next().then(show('third'))
    it.next().then(first)
    it.next().then(show('second'))
