# A delay above 2^31-1 becomes 1 ms, with a warning.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


process.on('warning', lambda w: console.log('warning', w.name))
setTimeout(say('2**31'), 2**31)
setTimeout(say('Infinity'), float('inf'))
setTimeout(say('20'), 20)
