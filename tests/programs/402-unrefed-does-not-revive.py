# What beforeExit starts and unrefs does not keep the program alive: neither a timer, an interval nor an immediate.
from loopscope.js import *

count = 0


def before_exit():
    global count
    count += 1
    console.log('beforeExit', count)
    setTimeout(lambda: console.log('never: a timer'), 1).unref()
    setInterval(lambda: console.log('never: an interval'), 1).unref()
    setImmediate(lambda: console.log('never: an immediate')).unref()


process.on('beforeExit', before_exit)
setTimeout(lambda: console.log('never: unrefed from the start'), 60_000).unref()


def immediate():
    console.log('immediate')
    setImmediate(lambda: console.log('never: an immediate of an immediate')).unref()


setImmediate(immediate)
