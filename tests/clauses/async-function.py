from harness import log, show, test, ticks
from loopscope.js import *


@test('the body runs at the call, up to the first await')
def _():
    async def f():
        log('body')
        await null
        log('after the await')
    log('before the call')
    f()
    log('after the call')


@test('a call gives a promise each time, a new one')
def _():
    async def f():
        pass
    one, other = f(), f()
    log(isinstance(one, Promise), one is other)


@test('what is returned fulfils')
def _():
    ticks(2)

    async def f():
        return 'value'
    f().then(show('fulfilled'))


@test('what is returned after an await fulfils too')
def _():
    ticks(3)

    async def f():
        await null
        return 'value'
    f().then(show('fulfilled'))


@test('a promise that is returned costs two ticks more')
def _():
    ticks(5)

    async def f():
        return Promise.resolve('value')
    f().then(show('fulfilled'))


@test('a rejected promise that is returned rejects')
def _():
    ticks(5)

    async def f():
        return Promise.reject('reason')
    f().catch(show('rejected'))


@test('a thenable that is returned is called later')
def _():
    ticks(3)

    class Thenable:
        def then(self, resolve):
            log('then is called')
            resolve('value')

    async def f():
        return Thenable()
    f().then(show('fulfilled'))
    log('main goes on')


@test('what is thrown rejects, and never escapes')
def _():
    ticks(2)

    async def f():
        raise Exception('no')
    f().catch(lambda error: log('rejected', str(error)))
    log('main goes on')


@test('what is thrown after an await rejects too')
def _():
    async def f():
        await null
        raise Exception('no')
    f().catch(lambda error: log('rejected', str(error)))


@test('without return the value is undefined')
def _():
    async def f():
        await 1
    f().then(show('fulfilled'))


@test('an async function can give an async function')
def _():
    async def outer():
        log('outer')

        async def inner():
            log('inner')
            return 'value'
        return inner
    outer().then(lambda inner: inner()).then(show('fulfilled'))


@test('a parameter that is left out takes its default')
def _():
    async def f(a, b='default'):
        log(a, b)
    f(1)
    f(1, 2)


@test('the rest of the arguments is a list')
def _():
    async def f(first, *rest):
        log(first, len(rest), ','.join(map(str, rest)))
    f(1)
    f(1, 2, 3)


@test('a method knows its object, after an await too')
def _():
    class Object:
        name = 'the object'

        async def method(self):
            log(self.name)
            await null
            log(self.name)
    Object().method()


@test('return in finally replaces a rejection')
def _():
    async def f():
        try:
            await Promise.reject('reason')
        finally:
            log('finally')
            return 'value'
    f().then(show('fulfilled'), show('rejected'))


@test('throw in finally replaces a rejection')
def _():
    async def f():
        try:
            await Promise.reject('early')
        finally:
            raise Thrown('late')
    f().then(show('fulfilled'), show('rejected'))


@test('a rejection awaited in finally replaces a rejection')
def _():
    async def f():
        try:
            await Promise.reject('early')
        finally:
            await Promise.reject('late')
    f().then(show('fulfilled'), show('rejected'))


@test('return in finally replaces a return')
def _():
    async def f():
        try:
            return 'early'
        finally:
            await null
            return 'late'
    f().then(show('fulfilled'), show('rejected'))


@test('throw in finally replaces a return')
def _():
    async def f():
        try:
            return 'early'
        finally:
            raise Thrown('late')
    f().then(show('fulfilled'), show('rejected'))


@test('a rejection awaited in finally replaces a return')
def _():
    async def f():
        try:
            return 'early'
        finally:
            await Promise.reject('late')
    f().then(show('fulfilled'), show('rejected'))


@test('return in finally replaces a throw')
def _():
    async def f():
        try:
            raise Thrown('early')
        finally:
            return 'late'
    f().then(show('fulfilled'), show('rejected'))


@test('throw in finally replaces a throw')
def _():
    async def f():
        try:
            raise Thrown('early')
        finally:
            raise Thrown('late')
    f().then(show('fulfilled'), show('rejected'))


@test('a rejection awaited in finally replaces a throw')
def _():
    async def f():
        try:
            raise Thrown('early')
        finally:
            await Promise.reject('late')
    f().then(show('fulfilled'), show('rejected'))


@test('what finally awaits delays the value that is returned')
def _():
    ticks(4)

    async def f():
        try:
            return 'value'
        finally:
            await null
            await null
            log('finally is done')
    f().then(show('fulfilled'))
