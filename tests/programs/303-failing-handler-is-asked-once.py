# A handler of uncaught exceptions that throws at a rejection ends the process: its own error is
# shown to nobody.
from loopscope.js import *


def on_uncaught(error, origin):
    console.log('uncaught', str(error), origin)
    raise Exception('in the handler')


process.on('uncaughtException', on_uncaught)
process.on('exit', lambda code: console.log('exit', code))
Promise.reject(Exception('a'))
Promise.reject(Exception('never: b'))
setTimeout(lambda: console.log('never: timer'), 1)
