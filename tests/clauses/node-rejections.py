from harness import log, test
from loopscope.js import *


def listen():
    def unhandled(reason, promise):
        log('unhandled', str(reason) if isinstance(reason, Exception) else reason, isinstance(promise, Promise))

    def handled(promise):
        log('handled', isinstance(promise, Promise))

    def end():
        process.off('unhandledRejection', unhandled)
        process.off('rejectionHandled', handled)
    process.on('unhandledRejection', unhandled)
    process.on('rejectionHandled', handled)
    setTimeout(end, 8)


def fail(text):
    raise Exception(text)


@test('a rejection that nobody handles is reported once')
def _():
    listen()
    Promise.reject('reason')


@test('one that is handled at once is not')
def _():
    listen()
    Promise.reject('reason').catch(lambda: log('caught'))


@test('nor one that a microtask handles')
def _():
    listen()
    rejected = Promise.reject('reason')
    queueMicrotask(lambda: queueMicrotask(lambda: rejected.catch(lambda: log('caught'))))


@test('nor one that a tick handles')
def _():
    listen()
    rejected = Promise.reject('reason')
    process.nextTick(lambda: Promise.resolve().then(lambda: process.nextTick(lambda: rejected.catch(lambda: log('caught')))))


@test('an immediate is too late')
def _():
    listen()
    rejected = Promise.reject('reason')

    def immediate():
        log('immediate')
        rejected.catch(lambda: log('caught'))
    setImmediate(immediate)


@test('what then makes of a rejection is reported instead of it')
def _():
    listen()
    Promise.reject(Exception('first')).then(lambda: log('never'))


@test('a catch that throws is a new rejection')
def _():
    listen()
    Promise.reject(Exception('first')).catch(lambda: fail('second'))


@test('an async function that throws')
def _():
    listen()

    async def f():
        await null
        raise Exception('of the function')
    f()


@test('an executor that throws')
def _():
    listen()
    Promise(lambda: fail('of the executor'))


@test('rejecting late is no difference')
def _():
    listen()

    def executor(resolve, reject):
        def run():
            log('rejects')
            reject('late')
            process.nextTick(log, 'tick')
            queueMicrotask(lambda: log('microtask'))
        setTimeout(run, 1)
    Promise(executor)
    setTimeout(log, 1, 'the next timer')


@test('several are reported in the order of their rejection')
def _():
    listen()
    rejects = []
    for i in range(3):
        Promise(lambda resolve, reject: rejects.append(reject))
    rejects[2]('third')
    rejects[0]('first')
    rejects[1]('second')


@test('one that was reported and is handled then')
def _():
    listen()
    rejected = Promise.reject('reason')

    def run():
        rejected.catch(lambda: log('caught'))
        log('handles it')
    setTimeout(run, 1)


@test('the handler of unhandledRejection may handle it')
def _():
    def unhandled(reason, promise):
        log('unhandled', reason)
        promise.catch(lambda: log('caught'))
    process.once('unhandledRejection', unhandled)
    process.once('rejectionHandled', lambda: log('handled'))
    Promise.reject('reason')


@test('a rejection made by the handler is reported too')
def _():
    first = True

    def unhandled(reason):
        nonlocal first
        log('unhandled', reason)
        if first:
            first = False
            Promise.reject('of the handler')
    process.on('unhandledRejection', unhandled)
    setTimeout(lambda: process.off('unhandledRejection', unhandled), 8)
    Promise.reject('of the program')


@test('a handler that throws is an uncaught error')
def _():
    def unhandled(reason):
        log('unhandled', reason)
        raise Exception('of the handler')
    process.once('unhandledRejection', unhandled)
    process.once('uncaughtException', lambda error: log('caught', str(error)))
    Promise.reject('reason')


@test('without a handler it is an uncaught error of that origin')
def _():
    process.once('uncaughtException', lambda error, origin: log('caught', str(error), origin))
    Promise.reject(Exception('reason'))


@test('any value is reported as it is')
def _():
    listen()
    for reason in [undefined, null, 0, '', True]:
        Promise.reject(reason)


@test('waiting for all handles each of them')
def _():
    listen()
    Promise.all([Promise.reject('one'), Promise.reject('two')]).catch(lambda reason: log('caught', reason))


@test('finally handles nothing')
def _():
    listen()
    Promise.reject('reason').finally_(lambda: log('finally'))


@test('one promise with two chains: the one without a catch is reported')
def _():
    listen()
    rejected = Promise.reject('reason')
    rejected.catch(lambda: log('caught'))
    rejected.then(lambda: log('never'))
