# Two chains that branch off one promise go in step, level by level.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


root = Promise.resolve()
left = root.then(say('left 1')).then(say('left 2')).then(say('left 3'))
right = root.then(say('right 1')).then(say('right 2')).then(say('right 3'))
left.then(say('left 4'))
Promise.all([left, right]).then(say('both'))
right.then(say('right 4')).then(say('right 5')).then(say('right 6'))
