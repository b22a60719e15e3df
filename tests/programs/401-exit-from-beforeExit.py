# process.exit in beforeExit: no more beforeExit, and the exit code is its.
from loopscope.js import *


def before_exit(code):
    console.log('beforeExit', code)
    setTimeout(lambda: console.log('never: revived'), 1)
    process.exit(3)


process.on('beforeExit', before_exit)
process.on('exit', lambda code: console.log('exit', code))
setTimeout(lambda: console.log('the program'), 1)
