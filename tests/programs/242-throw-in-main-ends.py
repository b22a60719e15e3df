# What the script itself throws ends the process before anything that it queued.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


process.on('exit', lambda code: console.log('exit', code))
process.nextTick(say('never: tick'))
Promise.resolve().then(say('never: promise'))
setTimeout(say('never: timer'), 1)
console.log('main')
raise Exception('in main')
