# A subclass's constructor is called for every promise that then and the statics make.
from loopscope.js import *

made = 0


class Counted(Promise):
    def __init__(self, executor):
        global made
        super().__init__(executor)
        made += 1

    @classmethod
    def twice(cls, v):
        return cls.resolve(v).then(lambda x: x + x)


def count(what):
    global made
    console.log(what, made)
    made = 0


p = Counted.resolve(1)
count('resolve')
p.then()
count('then')
p.catch()
count('catch')
p.finally_(lambda: None)
count('finally')
Counted.reject(1).catch(lambda: None)
count('reject and catch')
Counted.all([p, p])
count('all of two')
Counted.race([1, p])
count('race of a value and one')
Counted.twice('ab').then(lambda v: console.log(v, 'in all', made))
count('own static')
