# Clearing nothing, nonsense or a timer that is gone does nothing; clear functions of timers are
# twins.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


clearTimeout()
clearTimeout(None)
clearTimeout(null)
clearTimeout('nonsense')
clearTimeout(123456789)
clearImmediate(None)
gone = setTimeout(say('gone'), 100)
interval = setInterval(say('never: interval'), 10)
clearTimeout(interval)
clearTimeout(interval)
immediate = setImmediate(say('immediate: clearTimeout does not know it'))
clearTimeout(immediate)


def last():
    clearTimeout(gone)
    clearInterval(gone)
    console.log('end')


setTimeout(last, 150)
