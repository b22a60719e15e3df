from harness import log, show, test, ticks
from loopscope.js import *


@test('throw before the start ends it without the body')
def _():
    ticks(3)

    async def g():
        log('never: the body')
        yield 1
    it = g()
    it.throw('reason').catch(show('rejected'))
    it.next().then(show('next'))


@test('a promise is thrown as it is')
def _():
    async def g():
        yield 1
    promise = Promise.resolve('value')
    g().throw(promise).catch(lambda reason: log(reason is promise))


@test('throw after the end rejects')
def _():
    async def g():
        return
        yield
    it = g()
    it.next().then(show('next'))
    it.throw('reason').catch(show('rejected'))
    it.next().then(show('next'))


@test('throw at a yield ends the body there')
def _():
    ticks(5)

    async def g():
        yield 1
        log('never: behind the yield')
    it = g()
    it.next().then(show('next'))
    it.throw('reason').catch(show('rejected'))
    it.next().then(show('next'))


@test('a promise is thrown there as it is')
def _():
    promise = Promise.resolve('value')

    async def g():
        try:
            yield 1
        except Thrown as thrown:
            log('caught', thrown.value is promise)
    it = g()
    it.next().then(show('next'))
    it.throw(promise).then(show('throw'))


@test('a body that catches it goes on to its next yield')
def _():
    async def g():
        try:
            yield 1
        except Thrown as thrown:
            log('caught', thrown.value)
        yield 2
        yield 3
    it = g()
    it.next().then(show('next'))
    it.throw('reason').then(show('throw'))
    it.next().then(show('next'))


@test('finally runs, and the reason is kept')
def _():
    async def g():
        try:
            yield 1
        finally:
            log('finally')
            await null
            log('finally is done')
    it = g()
    it.next().then(show('next'))
    it.throw('reason').catch(show('rejected'))
    it.next().then(show('next'))


@test('return in finally replaces the reason')
def _():
    async def g():
        try:
            yield 1
        finally:
            return
    it = g()
    it.next().then(show('next'))
    it.throw('reason').then(show('throw'), show('rejected'))


@test('throw in finally replaces the reason')
def _():
    async def g():
        try:
            yield 1
        finally:
            raise Thrown('late')
    it = g()
    it.next().then(show('next'))
    it.throw('early').then(show('throw'), show('rejected'))


@test('throw while the body runs waits for it')
def _():
    async def g():
        log('body')
        await null
        log('awaited')
        try:
            yield 1
        except Thrown as thrown:
            log('caught', thrown.value)
    it = g()
    it.next().then(show('next'))
    it.throw('reason').then(show('throw'))
    it.next().then(show('next'))
    log('asked')


@test('throw gives a promise, and throws nothing itself')
def _():
    async def g():
        return
        yield
    one = g().throw(Exception('no'))
    log(isinstance(one, Promise))
    one.catch(lambda error: log('rejected', str(error)))


@test('next, throw and return are one queue')
def _():
    ticks(8)

    async def g():
        for i in range(4):
            try:
                log('got', (yield i))
            except Thrown as thrown:
                log('caught', thrown.value)
    it = g()
    it.next('a').then(show('next'))
    it.throw('b').then(show('throw'))
    it.next('c').then(show('next'))
    it.return_('d').then(show('return'))
    it.throw('e').catch(show('rejected'))
    it.next('f').then(show('next'))
