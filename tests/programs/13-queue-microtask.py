from loopscope.js import *

setTimeout(lambda: console.log('task'), 0)


def microtask_1():
    console.log('microtask 1')
    queueMicrotask(lambda: console.log('microtask 2, queued by 1'))


queueMicrotask(microtask_1)
console.log('script')
