# refresh() starts a timer anew: it moves to the end of its list. An unref'd timer holds nothing.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


a = setTimeout(say('a'), 5)
setTimeout(say('b'), 5)
a.refresh()
u = setTimeout(say('unref never'), 200)
u.unref()
