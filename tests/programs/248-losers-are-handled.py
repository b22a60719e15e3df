# all, race and any take care of every item: the rejection of a loser is never reported.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def bad(ms, v):
    return Promise(lambda _, reject: setTimeout(reject, ms, v))


def good(ms, v):
    return Promise(lambda resolve: setTimeout(resolve, ms, v))


process.on('unhandledRejection', lambda reason: console.log('never: unhandled', reason))
Promise.all([bad(20, 'second'), bad(1, 'first')]).catch(lambda r: console.log('all', r))
Promise.race([good(1, 'winner'), bad(20, 'loser')]).then(lambda v: console.log('race', v))
Promise.any([bad(1, 'first'), good(20, 'ok'), bad(40, 'c')]).then(lambda v: console.log('any', v))
setTimeout(say('end'), 60)
