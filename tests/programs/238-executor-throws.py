# What an executor throws rejects, unless it resolved before; an executor that is no function
# throws.
from loopscope.js import *


def throws():
    raise Exception('in the executor')


def resolves_and_throws(resolve):
    resolve('resolved before')
    raise Exception('ignored')


Promise(throws).catch(lambda e: console.log('rejected:', str(e)))
Promise(resolves_and_throws).then(lambda v: console.log(v))
for executor in [None, null, 1, 'x']:
    try:
        Promise(executor)
    except TypeError as e:
        console.log(type(e).__name__)
