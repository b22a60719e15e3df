# An exit handler that throws leaves process.exit() by its error; if that is handled, the program
# goes on, without ticks, and ends once more.
from loopscope.js import *


def on_exit(code):
    console.log('first exit', code)
    raise Exception('in the handler')


def timer():
    process.nextTick(lambda: console.log('never: tick'))
    console.log('timer')


process.on('uncaughtException', lambda error: console.log('uncaught', str(error)))
process.once('exit', on_exit)
process.on('exit', lambda code: console.log('exit', code))
setTimeout(timer, 5)
process.exit(2)
console.log('never: behind exit')
