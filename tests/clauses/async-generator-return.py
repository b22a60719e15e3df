from harness import log, show, test, ticks
from loopscope.js import *


@test('return before the start: the body never runs')
def _():
    ticks(3)

    async def g():
        log('never: the body')
        yield 1
    it = g()
    it.return_('value').then(show('return'))
    it.next().then(show('next'))


@test('what it is asked with is awaited')
def _():
    ticks(4)

    async def g():
        yield 1
    g().return_(Promise.resolve('value')).then(show('return'))


@test('a rejected promise rejects the request')
def _():
    ticks(4)

    async def g():
        yield 1
    it = g()
    it.return_(Promise.reject('reason')).catch(show('rejected'))
    it.next().then(show('next'))


@test('and so does a thenable that throws')
def _():
    class Broken:
        def then(self):
            raise Thrown('broken')

    async def g():
        yield 1
    it = g()
    it.return_(Broken()).catch(show('rejected'))
    it.next().then(show('next'))


@test('return after the end gives its value')
def _():
    ticks(6)

    async def g():
        return
        yield
    it = g()
    it.next().then(show('next'))
    it.return_('value').then(show('return'))
    it.return_().then(show('return'))


@test('a rejected promise after the end rejects')
def _():
    async def g():
        return
        yield
    it = g()
    it.next().then(show('next'))
    it.return_(Promise.reject('reason')).catch(show('rejected'))
    it.next().then(show('next'))


@test('return at a yield ends the body there')
def _():
    ticks(5)

    async def g():
        yield 1
        log('never: behind the yield')
        yield 2
    it = g()
    it.next().then(show('next'))
    it.return_('value').then(show('return'))
    it.next().then(show('next'))


@test('its promise is awaited at the yield')
def _():
    ticks(7)

    async def g():
        yield 1
    it = g()
    it.next().then(show('next'))
    it.return_(Promise.resolve('value')).then(show('return'))


@test('its rejected promise is thrown at the yield')
def _():
    async def g():
        try:
            yield 1
        except Thrown as thrown:
            log('caught', thrown.value)
        yield 'goes on'
    it = g()
    it.next().then(show('next'))
    it.return_(Promise.reject('reason')).then(show('return'))
    it.next().then(show('next'))


@test('finally runs, and the value is kept')
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
    it.return_('value').then(show('return'))
    it.next().then(show('next'))


@test('throw in finally rejects the return')
def _():
    async def g():
        try:
            yield 1
        finally:
            raise Thrown('thrown')
    it = g()
    it.next().then(show('next'))
    it.return_('value').catch(show('rejected'))
    it.next().then(show('next'))


@test('return in finally replaces the value')
def _():
    async def g():
        try:
            yield 1
        finally:
            return
    it = g()
    it.next().then(show('next'))
    it.return_('value').then(show('return'))


@test('yield in finally answers first; the return goes on after it')
def _():
    async def g():
        try:
            yield 1
        finally:
            yield 'in finally'
            log('after it')
    it = g()
    it.next().then(show('next'))
    it.return_('value').then(show('return'))
    it.next().then(show('next'))
    it.next().then(show('next'))


@test('return while the body runs waits for it')
def _():
    async def g():
        log('body')
        await null
        log('awaited')
        yield 1
        log('never: behind the yield')
    it = g()
    it.next().then(show('next'))
    it.return_('value').then(show('return'))
    it.next().then(show('next'))
    log('asked')


@test('return gives a promise each time, never throws')
def _():
    class Poison:
        @property
        def then(self):
            raise Thrown('poison')

    async def g():
        return
        yield
    it = g()
    one = it.return_(Poison())
    log(isinstance(one, Promise))
    one.catch(show('rejected'))
