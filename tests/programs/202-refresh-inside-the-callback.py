# refresh() in a timer's own callback runs it again; a fired timer can be refreshed, a cleared
# one not.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


n = 0


def run():
    global n
    n += 1
    console.log('run', n)
    if n < 3:
        timer.refresh()


timer = setTimeout(run, 10)
fired = setTimeout(say('fired'), 1)
cleared = setTimeout(say('never: cleared'), 1)
clearTimeout(cleared)


def later():
    console.log('later')
    console.log(fired.refresh() is fired)
    cleared.refresh()


setTimeout(later, 80)
