# A tick queued anywhere comes right after the callback that queued it.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def in_microtask():
    console.log('microtask')
    process.nextTick(say('tick of the microtask'))


async def async_function():
    process.nextTick(say('tick of the async function'))
    await null
    process.nextTick(say('tick after its await'))


def in_immediate():
    console.log('immediate')
    process.nextTick(say('tick of the immediate'))
    async_function()
    queueMicrotask(in_microtask)
    setTimeout(in_timer, 1)


def in_timer():
    console.log('timer')
    process.nextTick(say('tick of the timer'))
    async_function()


setImmediate(in_immediate)
setImmediate(say('next immediate'))
