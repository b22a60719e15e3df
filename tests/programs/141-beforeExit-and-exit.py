# beforeExit may revive the loop; after a natural end the promise jobs of 'exit' handlers still
# run, their ticks and timers do not.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


n = 0


def on_before_exit(code):
    global n
    console.log('beforeExit', code)
    if n < 2:
        n += 1
        setTimeout(say('revived', n), 1)


def on_exit(code):
    console.log('exit', code)
    setTimeout(say('never: timer'))
    process.nextTick(say('never: tick'))
    Promise.resolve().then(say('promise job')).then(say('and the next one'))


process.on('beforeExit', on_before_exit)
process.on('exit', on_exit)
console.log('main')
