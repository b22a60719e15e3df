# The host's own timer stays set for a timer that is cleared: when that fires nothing is due, and
# ticks that an uncaught error has left run all the same.
from loopscope.js import *

rounds = 0

def uncaught():
    global rounds
    if rounds == 6:
        return
    rounds += 1
    process.nextTick(tick)

def tick():
    console.log('tick', rounds)
    block(3)
    raise Exception('again')

def first():
    clearTimeout(timer)
    setImmediate(lambda: console.log('immediate'))

process.on('uncaughtException', uncaught)
process.nextTick(first)
timer = setTimeout(lambda: console.log('never'), 0)
setTimeout(lambda: console.log('late'), 400)
raise Exception('first')
