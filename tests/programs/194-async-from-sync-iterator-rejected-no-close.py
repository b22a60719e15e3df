# A rejected element ends for await without closing the synchronous iterator (Node 20; its return
# is close in Python).
from loopscope.js import *


class It:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        console.log('next', self.n)
        if self.n > 3:
            raise StopIteration
        return Promise.reject('bad') if self.n == 2 else self.n

    def close(self):
        console.log('never: return called')


async def main():
    try:
        async for v in It():
            console.log('v', v)
    except Thrown as e:
        console.log('caught', e.value)


main()
