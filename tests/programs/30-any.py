from loopscope.js import *


def after(v, ms):
    return Promise(lambda r: setTimeout(lambda: r(v), ms))


async def main():
    console.log(await Promise.any([after('A', 30), after('B', 10), after('C', 20)]))
    try:
        await Promise.any([Promise.reject('x'), Promise.reject('y')])
    except AggregateError as err:
        console.log(type(err).__name__, str(err), err.errors)


main()
