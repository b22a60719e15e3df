# No microtasks run after an exit handler that throws, even if its error is handled.
from loopscope.js import *


def on_uncaught(error):
    console.log('uncaught', str(error))
    queueMicrotask(lambda: console.log('never: microtask of the handler'))


def on_exit(code):
    console.log('exit', code)
    queueMicrotask(lambda: console.log('never: microtask'))
    raise Exception('at the end')


process.on('uncaughtException', on_uncaught)
process.on('exit', on_exit)
