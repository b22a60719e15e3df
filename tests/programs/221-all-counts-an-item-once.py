# A thenable that answers twice is counted once by all and allSettled, though nothing stands
# between (a subclass whose resolve gives every value back as it is).
from loopscope.js import *


class Bare(Promise):
    @classmethod
    def resolve(cls, v):
        return v


class Twice:
    def __init__(self, value):
        self.value = value

    def then(self, resolve):
        resolve(self.value)
        resolve('again')


class Late:
    def then(self, resolve):
        setTimeout(resolve, 5, 'late')


Promise.all([Twice('twice'), Late()]).then(lambda v: console.log('all', v))
Bare.all([Twice('twice'), Late()]).then(lambda v: console.log('bare all', v))
Bare.allSettled([Twice('twice'), Late()]).then(lambda v: console.log('bare allSettled', v))
Bare.race([Twice('twice'), Late()]).then(lambda v: console.log('bare race', v))
console.log('end')
