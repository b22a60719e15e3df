# A callback clears its peers, itself, an interval's twin, an immediate; by object, number and
# string.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def run_a():
    console.log('a')
    clearTimeout(b)
    clearTimeout(a)
    clearInterval(c)


a = setTimeout(run_a, 1)
b = setTimeout(say('b never'), 1)
c = setTimeout(say('c never (clearInterval works)'), 1)


def later():
    def run_d():
        console.log('d')
        clearImmediate(e)

    setImmediate(run_d)
    e = setImmediate(say('e never'))
    clearTimeout(int(f))
    clearTimeout(str(int(g)))


setTimeout(later, 5)
f = setTimeout(say('f never (numeric id)'), 200)
g = setTimeout(say('g never (string id)'), 200)
