# Awaiting a promise that was rejected meanwhile: reported first, then told as handled.
from loopscope.js import *


def delay(ms):
    return Promise(lambda resolve: setTimeout(resolve, ms))


process.on('unhandledRejection', lambda error: console.log('unhandled:', str(error)))
process.on('rejectionHandled', lambda: console.log('rejectionHandled'))


async def fails():
    await delay(1)
    raise Exception('rejected while nobody looked')


async def main():
    p = fails()
    console.log('working')
    await delay(30)
    try:
        await p
    except Exception as e:
        console.log('caught:', str(e))
    await delay(1)
    console.log('end')


main()
