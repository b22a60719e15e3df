# An error that a rejectionHandled listener throws is an uncaught one, like any other; the rejections that were
# handled too late besides are told of later, and ticks that were queued meanwhile wait as well.
from loopscope.js import *


def handled(promise):
    name = 'one' if promise is one else 'two'
    console.log('handled late', name)
    process.nextTick(lambda: console.log('tick of', name))
    if name == 'one':
        raise Exception('in the listener')


def timer():
    one.catch(lambda: console.log('catch one'))
    two.catch(lambda: console.log('catch two'))
    setTimeout(lambda: console.log('next timer'), 0)


process.on('uncaughtException', lambda error: console.log('uncaught', str(error)))
process.on('unhandledRejection', lambda reason: console.log('unhandled', reason))
process.on('rejectionHandled', handled)
one = Promise.reject(1)
two = Promise.reject(2)
setTimeout(timer, 1)
setTimeout(lambda: console.log('other timer'), 1)
