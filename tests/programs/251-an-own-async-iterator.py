# for await over an object of one's own, whose next is an async method: one tick for each
# element.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


class Countdown:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        console.log('iterator')
        return self

    async def __anext__(self):
        console.log('next')
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        return self.n


async def main():
    async for v in Countdown(2):
        console.log(v)
    console.log('after the loop')


ticks(6)
main()
