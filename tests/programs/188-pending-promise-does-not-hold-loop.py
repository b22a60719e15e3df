# Pending promises and unref'd immediates hold nothing; an abandoned finally never runs.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


async def abandoned():
    try:
        await Promise(lambda: None)
    finally:
        console.log('never')


abandoned()
i = setImmediate(say('unref immediate: never'))
i.unref()
process.on('exit', say('exit 0'))
