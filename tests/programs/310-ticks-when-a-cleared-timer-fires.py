# The last timer is cleared, but the host's own timer stays set: when that fires no timer runs, and
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
raise Exception('first')
