# Two async functions that hand a ball to each other by promises and timers.
from loopscope.js import *


def delay(ms):
    return Promise(lambda resolve: setTimeout(resolve, ms))


async def player(name, hit, rounds):
    for i in range(1, rounds + 1):
        await hit(i)
        console.log(name, i)
    return name + ' is done'


Promise.all(
    [
        player('ping', lambda i: delay(30), 3),
        player('pong', lambda i: delay(45 if i == 1 else 30), 3),
        player('quick', lambda i: null, 2),
    ]
).then(lambda names: console.log(names))
