# Generators and async functions that nobody asks to go on stay where they are, finally and all.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


async def g():
    try:
        console.log('generator begins')
        yield 1
    finally:
        console.log('never: finally of the generator')


async def waits():
    try:
        await Promise(lambda: None)
    finally:
        console.log('never: finally of the async function')


async def in_loop():
    async for v in g():
        console.log('got', v)
        await waits()


g().next().then(lambda r: console.log(r))
waits()
in_loop()
process.on('exit', say('exit'))
