# Async methods: of an instance, of a class, one that calls another, one handed on as a callback.
from loopscope.js import *


class Account:
    def __init__(self, balance):
        self.balance = balance

    @classmethod
    async def open(cls, balance):
        await null
        return cls(balance)

    async def pay(self, amount):
        console.log('pay', amount, 'of', self.balance)
        if amount > await self.read():
            raise Exception('too little')
        self.balance -= amount
        return self.balance

    async def read(self):
        return self.balance


async def main():
    account = await Account.open(10)
    pay = account.pay
    console.log(await Promise.all([pay(amount) for amount in [3, 4]]))
    setTimeout(pay, 1, 1)
    await Promise(lambda r: setTimeout(r, 20))
    try:
        await account.pay(5)
    except Exception as e:
        console.log(str(e), await account.read())


main()
