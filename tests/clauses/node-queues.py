from harness import log, test
from loopscope.js import *


def fail(text):
    raise Exception(text)


@test('ticks of ticks run in the same go')
def _():
    def one():
        log('tick 1')
        process.nextTick(two)

    def two():
        log('tick 1.1')
        process.nextTick(log, 'tick 1.1.1')
    process.nextTick(one)
    process.nextTick(log, 'tick 2')
    log('main')


@test('arguments are passed on')
def _():
    def say(*args):
        log(len(args), ','.join(map(str, args)))
    process.nextTick(say)
    process.nextTick(say, 1, 2, 3, 4, 5)


@test('ticks run before timers and immediates, whatever came first')
def _():
    setImmediate(log, 'immediate')
    setTimeout(log, 1, 'timer')
    process.nextTick(log, 'tick')
    log('main')


@test('a timer that a tick starts waits for all ticks')
def _():
    def tick():
        setTimeout(log, 0, 'timer')
        process.nextTick(log, 'tick')
    process.nextTick(tick)


@test('a tick that throws does not stop the others')
def _():
    process.once('uncaughtException', lambda error: log('caught', str(error)))

    def a():
        log('a')
        raise Exception('of a')
    process.nextTick(a)
    process.nextTick(log, 'b')
    queueMicrotask(lambda: log('microtask'))


@test('a callback that is none is refused')
def _():
    for wrong in [undefined, null, True, 1, 'text', {}, []]:
        for queue in [process.nextTick, queueMicrotask]:
            try:
                queue(wrong)
            except TypeError as error:
                log(type(error).__name__)


@test('ticks starve timers for as long as they go on')
def _():
    count = 0
    setTimeout(log, 1, 'timer')
    setImmediate(log, 'immediate')

    def again():
        nonlocal count
        block(1)
        count += 1
        if count < 4:
            process.nextTick(again)
        else:
            log(count, 'ticks')
    process.nextTick(again)


@test('many ticks keep their order')
def _():
    seen = []

    def tick(value):
        seen.append(value)
        if value % 1000 == 0:
            process.nextTick(seen.append, -value)
    for i in range(3000):
        process.nextTick(tick, i)
    setImmediate(lambda: log(len(seen), seen.index(2999), ','.join(map(str, seen[3000:]))))


@test('microtasks and reactions are one queue')
def _():
    Promise.resolve().then(lambda: log('reaction 1')).then(lambda: log('reaction 4'))
    queueMicrotask(lambda *args: log('microtask 2', len(args)))
    Promise.reject().catch(lambda: log('reaction 3'))
    queueMicrotask(lambda: log('microtask 3'))
    log('main')


@test('one that throws does not stop the others')
def _():
    process.once('uncaughtException', lambda error: log('caught', str(error)))

    def a():
        log('a')
        raise Exception('of a')
    queueMicrotask(a)
    queueMicrotask(lambda: log('b'))


@test('a tick that a microtask queues runs before timers')
def _():
    def microtask():
        process.nextTick(log, 'tick')
        setTimeout(log, 0, 'timer')
        log('microtask')
    queueMicrotask(microtask)


@test('each timer has its microtasks behind it')
def _():
    def microtask():
        log('microtask 1')
        process.nextTick(log, 'tick 1')
    setTimeout(lambda: Promise.resolve().then(microtask), 1)
    setTimeout(lambda: log('timer 2'), 1)


@test('each immediate has its microtasks behind it')
def _():
    def microtask():
        log('microtask 1')
        process.nextTick(log, 'tick 1')
        setImmediate(log, 'of the next turn')
    setImmediate(lambda: Promise.resolve().then(microtask))
    setImmediate(lambda: log('immediate 2'))


@test('immediates get their arguments, and can be cleared by others')
def _():
    def clears():
        log('clears')
        clearImmediate(other)
    setImmediate(clears)
    other = setImmediate(lambda: log('never'))
    setImmediate(lambda *args: log(len(args), ','.join(map(str, args))), 1, 2, 3, 4, 5)


@test('an immediate may clear itself while it runs')
def _():
    def start(i):
        def run():
            clearImmediate(immediate)
            log('ran', i)
        immediate = setImmediate(run)
    for i in range(3):
        start(i)


@test('the first may clear all the others')
def _():
    def first():
        clearImmediate(second)
        clearImmediate(third)
        log('only this one')
    setImmediate(first)
    second = setImmediate(lambda: log('never: 2'))
    third = setImmediate(lambda: log('never: 3'))


@test('immediates of an immediate wait for the next turn, behind timers')
def _():
    def immediate():
        setTimeout(log, 1, 'timer')
        setImmediate(log, 'immediate of the next turn')
        block(3)
    setImmediate(immediate)
    setImmediate(log, 'immediate of this turn')


@test('one that throws keeps the rest of its turn for later')
def _():
    process.once('uncaughtException', lambda error, origin: log('caught', str(error), origin))

    def a():
        log('a')
        process.nextTick(log, 'tick of a')
        raise Exception('of a')

    def b():
        log('b')
        setImmediate(log, 'of b')
    setImmediate(a)
    setImmediate(b)
    setImmediate(log, 'c')


@test('ref and unref give the immediate, and hasRef tells')
def _():
    immediate = setImmediate(log, 'it runs')
    log(immediate.hasRef(), immediate.unref() is immediate, immediate.hasRef(), immediate.ref() is immediate, immediate.hasRef())


@test("an unref'd one runs if something else waits")
def _():
    setImmediate(log, "unref'd").unref()
    setImmediate(log, "ref'd")


@test('everything goes on after an error')
def _():
    def caught(error):
        log('caught', str(error))
        process.nextTick(log, 'tick of the handler')
    process.once('uncaughtException', caught)

    def immediate():
        queueMicrotask(lambda: log('microtask'))
        process.nextTick(log, 'tick')
        setTimeout(log, 0, 'timer')
        raise Exception('no')
    setImmediate(immediate)


@test('ticks and microtasks take turns until both are empty')
def _():
    count = 0

    def tick():
        nonlocal count
        count += 1
        log('tick', count)
        if count < 4:
            queueMicrotask(microtask)

    def microtask():
        nonlocal count
        count += 1
        log('microtask', count)
        if count < 4:
            process.nextTick(tick)
    process.nextTick(tick)
    queueMicrotask(lambda: log('microtask'))
