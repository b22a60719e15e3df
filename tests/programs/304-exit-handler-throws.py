# An exit handler that throws: the handlers behind it are not called, and the exit code is 1.
from loopscope.js import *


def on_exit(code):
    console.log('exit', code)
    raise Exception('in the handler')


process.on('exit', on_exit)
process.on('exit', lambda: console.log('never: second handler'))
console.log('main')
