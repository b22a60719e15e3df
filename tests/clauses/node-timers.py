from harness import log, test
from loopscope.js import *


@test('arguments are passed on, as many as there are')
def _():
    def say(*args):
        log(len(args), ','.join(args))
    setTimeout(say, 1)
    setTimeout(say, 1, 'a')
    setTimeout(say, 1, 'a', 'b', 'c', 'd', 'e')


@test('an interval gets them each time')
def _():
    count = 0

    def run(a, b):
        nonlocal count
        log(a, b)
        count += 1
        if count == 2:
            clearInterval(interval)
    interval = setInterval(run, 1, 'a', 'b')


@test('one after the other in the order of their durations')
def _():
    for ms in [3, 1, 2]:
        setTimeout(log, ms, ms)


@test('timers of a callback wait for the next round')
def _():
    def outer():
        log('outer 1')
        setTimeout(log, 1, 'inner')
        block(2)
    setTimeout(outer, 1)
    setTimeout(log, 1, 'outer 2')


@test('durations are cut to whole milliseconds')
def _():
    setTimeout(log, 1.9, '1.9')
    setTimeout(log, 1, '1')
    setTimeout(log, 1.1, '1.1')


@test('negative durations are 1')
def _():
    setTimeout(log, 1, '1')
    setTimeout(log, -5, '-5')
    setTimeout(log, float('-inf'), '-Infinity')
    setTimeout(log, 1, '1 again')


@test('what is no number is 1')
def _():
    setTimeout(log, 1, '1')
    setTimeout(log, float('nan'), 'NaN')
    setTimeout(log, 'x', 'text')
    setTimeout(log, undefined, 'undefined')


@test('what is too long is 1')
def _():
    setTimeout(log, 2 ** 31, '2 ** 31')
    setTimeout(log, float('inf'), 'Infinity')
    setTimeout(log, 1, '1')


@test('a callback that is none is refused')
def _():
    for wrong in [undefined, null, 5, 'text', {}]:
        for start in [setTimeout, setInterval, setImmediate]:
            try:
                start(wrong, 1)
            except TypeError as error:
                log(type(error).__name__)


@test('clearing nothing does nothing')
def _():
    for clear in [clearTimeout, clearInterval]:
        clear()
        for nothing in [null, undefined, {}, 5, 'x']:
            clear(nothing)
    log('went well')


@test('clearTimeout and clearInterval are the same')
def _():
    clearInterval(setTimeout(lambda: log('never: a timeout'), 1))
    clearTimeout(setInterval(lambda: log('never: an interval'), 1))
    setTimeout(log, 2, 'nothing else')


@test('a timer is a number, too, for clearing it')
def _():
    one, other = setTimeout(lambda: log('never: by number'), 1), setTimeout(lambda: log('never: by text'), 1)
    clearTimeout(+one)
    clearTimeout(str(+other))
    log(+one > 0, +other > +one)


@test('one that clears itself and starts anew')
def _():
    def run():
        clearTimeout(timer)
        setTimeout(log, 1, 'a new one')
    timer = setTimeout(run, 1)
    setTimeout(log, 1, 'its neighbour')


@test('clearing the first, the last and one between')
def _():
    timers = [setTimeout(log, 1, name) for name in 'abcde']
    clearTimeout(timers[0])
    clearTimeout(timers[2])
    clearTimeout(timers[4])


@test('refresh starts it again')
def _():
    timer = setTimeout(log, 2, 'refreshed')
    setTimeout(log, 2, 'started later')
    log(timer.refresh() is timer)


@test('refresh in its callback runs it again')
def _():
    count = 0

    def run():
        nonlocal count
        count += 1
        log('run', count)
        if count < 3:
            timer.refresh()
    timer = setTimeout(run, 1)


@test('a refreshed timer can be cleared')
def _():
    count = 0

    def run():
        nonlocal count
        count += 1
        log('run', count)
        timer.refresh()
        if count == 2:
            clearTimeout(timer)
    timer = setTimeout(run, 1)


@test('ref and unref give the timer, and hasRef tells')
def _():
    timer = setTimeout(lambda: None, 1)
    log(timer.hasRef(), timer.unref() is timer, timer.hasRef(), timer.ref() is timer, timer.hasRef())


@test("an unref'd interval fires as long as something else waits")
def _():
    count = 0

    def run():
        nonlocal count
        count += 1
        log('interval', count)
    interval = setInterval(run, 1)
    interval.unref()

    def end():
        log('timeout')
        clearInterval(interval)
    setTimeout(end, 3)


@test('unref and ref again keep the order')
def _():
    timer = setTimeout(log, 1, 'first').unref()
    setTimeout(log, 1, 'second')
    timer.ref()


@test('ticks and microtasks run between the timers of one list')
def _():
    def run():
        log('timer 1')
        process.nextTick(log, 'tick')
        queueMicrotask(lambda: log('microtask'))
    setTimeout(run, 1)
    setTimeout(log, 1, 'timer 2')


@test('an interval that throws goes on')
def _():
    count = 0

    def caught(error):
        log('caught', str(error))
    process.on('uncaughtException', caught)

    def run():
        nonlocal count
        count += 1
        log('run', count)
        if count == 2:
            clearInterval(interval)
            process.nextTick(lambda: process.off('uncaughtException', caught))
        raise Exception(f'of run {count}')
    interval = setInterval(run, 1)


@test('after one that throws, the next of the list runs first')
def _():
    process.once('uncaughtException', lambda error: log('caught', str(error)))

    def a():
        log('a')
        process.nextTick(log, 'tick of a')
        raise Exception('of a')

    def b():
        log('b')
        process.nextTick(log, 'tick of b')
    setTimeout(a, 1)
    setTimeout(b, 1)


@test('a late timer does not run twice')
def _():
    count = 0

    def run():
        nonlocal count
        count += 1
        log('interval', count)
        if count == 2:
            clearInterval(interval)
    interval = setInterval(run, 1)

    def blocks():
        log('blocks')
        block(4)
    setTimeout(blocks, 1)
    setTimeout(log, 6, 'later')


@test('an interval waits from before its callback')
def _():
    count = 0

    def run():
        nonlocal count
        count += 1
        log('interval', count)
        block(2)
        if count == 2:
            clearInterval(interval)
    interval = setInterval(run, 2)
    setTimeout(lambda: setTimeout(log, 1, 'a timer of 1, from the first run on'), 2)


@test('0 and 1 are one list')
def _():
    setTimeout(log, 1, '1')
    setTimeout(log, 0, '0')
    setTimeout(log, 1, '1 again')


@test('an interval that clears itself first')
def _():
    def run():
        clearInterval(interval)
        log('once')
    interval = setInterval(run, 1)


@test('close ends it')
def _():
    timer = setTimeout(lambda: log('never'), 1)
    log(timer.close() is timer)
