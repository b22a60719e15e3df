from harness import log, show, test, ticks
from loopscope.js import *


@test('a value costs one tick')
def _():
    ticks(2)

    async def f():
        log('got', await 5)
    f()
    log('main goes on')


@test('a promise costs one tick, pending or not')
def _():
    ticks(3)
    settles = []
    later = Promise(lambda resolve: settles.append(resolve))

    async def settled():
        log('settled', await Promise.resolve('a'))

    async def pending():
        log('pending', await later)
    settled()
    pending()
    Promise.resolve().then(lambda: settles[0]('b'))


@test('a thenable is called in a job of its own')
def _():
    ticks(3)

    class Thenable:
        def then(self, resolve):
            log('then is called')
            resolve('x')

    async def f():
        log('got', await Thenable())
    f()
    log('main goes on')


@test('a then that is no function makes no thenable')
def _():
    ticks(2)

    class Plain:
        then = 7
    plain = Plain()

    async def f():
        log((await plain) is plain)
    f()


@test('a then that throws rejects')
def _():
    ticks(3)

    class Thenable:
        def then(self):
            raise Thrown('thrown by then')

    async def f():
        try:
            await Thenable()
        except Thrown as thrown:
            log('caught', thrown.value)
    f()


@test('a thenable that settles later is waited for')
def _():
    class Thenable:
        def then(self, resolve):
            setTimeout(resolve, 1, 'late')

    async def f():
        log('got', await Thenable())
    f()
    setTimeout(log, 1, 'the next timer')


@test('a thenable may settle once')
def _():
    class Thenable:
        def then(self, resolve, reject):
            resolve('first')
            reject('second')
            resolve('third')
            raise Thrown('fourth')

    async def f():
        log('got', await Thenable())
    f()


@test('a thenable that gives a promise is followed through it')
def _():
    ticks(6)

    class Thenable:
        def then(self, resolve):
            resolve(Promise.resolve('inner'))

    async def f():
        log('got', await Thenable())
    f()


@test('a rejection is thrown where it is awaited')
def _():
    async def f():
        try:
            await Promise.reject(Exception('no'))
        except Exception as error:
            log('caught', str(error))
        log('goes on')
    f()


@test('any value can be a reason')
def _():
    async def f():
        for reason in [undefined, null, 0, 'text']:
            try:
                await Promise.reject(reason)
            except Thrown as thrown:
                log('caught', thrown.value)
    f()


@test('await does not ask a promise for its then')
def _():
    promise = Promise.resolve('value')
    promise.then = lambda *handlers: log('never: its own then')

    async def f():
        log('got', await promise)
    f()


@test('a promise of another constructor is adopted: two ticks more')
def _():
    ticks(4)

    class Sub(Promise):
        pass
    promise = Promise.resolve('value')
    promise.constructor = Sub

    async def f():
        log('got', await promise)
    f()


@test('two functions that await take turns')
def _():
    async def counts(name, n):
        for i in range(n):
            log(name, i)
            await undefined
    counts('a', 3)
    counts('b', 2)
    Promise.resolve().then(lambda: log('c'))


@test('a function that loops over values takes turns with a chain')
def _():
    ticks(6)

    async def f():
        async for value in ['a', 'b']:
            log(value)
        log('over')
    f()


@test('await of an async call waits for its whole body')
def _():
    ticks(5)

    async def inner():
        log('inner 1')
        await null
        log('inner 2')
        await null
        log('inner 3')
        return 'value'

    async def f():
        log('got', await inner())
    f()


@test('operands are awaited from left to right')
def _():
    async def say(name):
        log(name)
        return name

    async def f():
        log((await say('a')) + (await say('b')) + (await say('c')))
        log((await say('')) or (await say('d')), (await say('e')) and (await say('f')))
        log('yes' if await Promise.resolve(False) else await say('no'))
    f()


@test('a rejection that is awaited late is thrown all the same')
def _():
    rejected = Promise.reject('early')
    rejected.catch(lambda: None)

    async def f():
        await null
        await null
        try:
            await rejected
        except Thrown as thrown:
            log('caught', thrown.value)
        try:
            await rejected
        except Thrown as thrown:
            log('again', thrown.value)
    f()


@test('one promise wakes all that await it, in order')
def _():
    settles = []
    promise = Promise(lambda resolve: settles.append(resolve))

    async def waits(name):
        log(name, await promise)
    waits('a')
    promise.then(show('then'))
    waits('b')
    settles[0]('value')
    log('main goes on')
