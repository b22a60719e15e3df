# dispatchEvent() is a call, so microtasks wait for all listeners (a real click drains them
# between).
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


b = EventTarget()


def listener(n):
    Promise.resolve().then(say(f'micro {n}'))
    console.log(f'listener {n}')


b.addEventListener('click', lambda: listener(1))
b.addEventListener('click', lambda: listener(2))
b.dispatchEvent(Event('click'))
