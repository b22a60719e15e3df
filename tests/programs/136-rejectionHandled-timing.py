# rejectionHandled is told when a reported rejection gets its handler, once ticks and microtasks
# are dry.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def on_unhandled(reason, promise):
    console.log('unhandled', reason)

    def handle():
        promise.catch(say('late catch'))
        process.nextTick(say('tick'))
        Promise.resolve().then(say('micro'))

    setImmediate(handle)


process.on('unhandledRejection', on_unhandled)
process.on('rejectionHandled', say('rejectionHandled'))
Promise.reject('X')
setTimeout(say('end'), 100)
