# What the script itself throws, with a handler: what was queued still runs.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def on_uncaught(error, origin):
    console.log('uncaught', str(error), origin)
    setTimeout(say('timer of the handler'), 1)


process.on('uncaughtException', on_uncaught)
process.on('exit', lambda code: console.log('exit', code))
setTimeout(say('timer'), 1)
Promise.resolve().then(say('promise'))
process.nextTick(say('tick'))
console.log('main')
raise Exception('in main')
