# Timers that are overdue when others have run wait for one more millisecond: immediates of two
# turns come first. Only a clock that was read shows that they are: setTimeout reads it.
from loopscope.js import *


def immediate():
    console.log('immediate')
    setImmediate(lambda: console.log('immediate of the next turn'))


def timer():
    console.log('timer 1')
    block(20)
    setTimeout(lambda: console.log('timer 50'), 50)
    setImmediate(immediate)


setTimeout(timer, 1)
setTimeout(lambda: console.log('timer 10, overdue'), 10)
