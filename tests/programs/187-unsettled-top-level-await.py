# A top-level await that never settles ends the process with code 13 when nothing else is left.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


process.on('exit', lambda code: console.log('exit', code))
setTimeout(say('the timer still runs'), 1)
console.log('before')
try:
    await Promise(lambda: None)
    console.log('never: after')
finally:
    console.log('never: finally')
