# A handler of uncaught exceptions that throws itself ends the process with code 7.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def on_uncaught(error):
    console.log('uncaught', str(error))
    raise Exception('in the handler')


process.on('uncaughtException', on_uncaught)
process.on('exit', lambda code: console.log('exit', code))


def thrower():
    raise Exception('in a timer')


setTimeout(thrower, 1)
setTimeout(say('never: second timer'), 1)
