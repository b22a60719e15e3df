# await of a subclass's instance costs three ticks: it goes through new Promise and its thenable
# job.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


class Q(Promise):
    pass


async def await_promise():
    await Promise.resolve()
    console.log('await Promise')


async def await_subclass():
    await Q.resolve()
    console.log('await subclass')


ticks(5)
await_promise()
await_subclass()
