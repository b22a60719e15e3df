# A whole expired list of one duration runs before a list that expires later.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


setTimeout(say('5 a'), 5)
setTimeout(say('8 b'), 8)
block(4)
setTimeout(say('5 c (later expiry than 8 b, same list as a)'), 5)
block(30)
