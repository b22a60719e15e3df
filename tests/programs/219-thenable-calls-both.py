# A thenable that calls both callbacks, or one of them twice: the first call counts.
from loopscope.js import *


class Both:
    def then(self, resolve, reject):
        resolve('first')
        reject('second')


class BothTheOtherWay:
    def then(self, resolve, reject):
        reject('rejected first')
        resolve('second')


class Twice:
    def then(self, resolve):
        resolve('once')
        resolve('twice')


class Never:
    def then(self):
        console.log('then is called and answers never')


async def main():
    console.log(await Both())
    try:
        await BothTheOtherWay()
    except Thrown as e:
        console.log(e.value)
    console.log(await Promise.resolve(Twice()))
    await Never()
    console.log('never')


main()
