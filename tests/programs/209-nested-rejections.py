# Handlers that reject anew: each end of a chain that nobody handles is reported once.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def fail(reason):
    raise Thrown(reason)


process.on('unhandledRejection', lambda reason: console.log('unhandled', reason))
p = Promise.reject('a')
p.then(say('never'))
p.catch(lambda r: fail(r + ', caught, b'))
p.finally_(lambda: fail('c, instead of a'))
p.catch(lambda r: Promise.reject(r + ', caught, d')).catch(lambda r: fail(r + ', caught, e'))
p.catch(say('handled'))
