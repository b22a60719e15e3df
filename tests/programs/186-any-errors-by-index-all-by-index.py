# The errors of any and the values of all stand in the order of the items, not of their settling.
from loopscope.js import *


def good(ms, v):
    return Promise(lambda resolve: setTimeout(lambda: resolve(v), ms))


def bad(ms, v):
    return Promise(lambda _, reject: setTimeout(lambda: reject(v), ms))


Promise.any([bad(30, 'slow'), bad(10, 'fast')]).catch(lambda e: console.log(e.errors))
Promise.all([good(60, 'slow'), good(20, 'fast'), 3]).then(lambda v: console.log(v))
