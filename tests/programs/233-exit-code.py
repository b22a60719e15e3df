# process.exitCode is the code of a natural end; 'exit' handlers see it and may change it.
from loopscope.js import *


def on_exit(code):
    console.log('exit', code, process.exitCode)
    process.exitCode = 6


process.on('exit', on_exit)
process.on('exit', lambda code: console.log('exit again', code, process.exitCode))
process.on('beforeExit', lambda code: console.log('beforeExit', code))
process.exitCode = 5
console.log('main')
