# allSettled never rejects; its results stand in the order of the items.
from loopscope.js import *


class Rejects:
    def then(self, resolve, reject):
        reject('by a thenable')


def show(results):
    for result in results:
        value = getattr(result, 'value', None)
        reason = getattr(result, 'reason', None)
        console.log(result.status, value, reason)


later = Promise(lambda _, reject: setTimeout(reject, 5, 'later'))
Promise.allSettled([later, Promise.reject('at once'), Rejects(), 'a value', later]).then(show)
Promise.allSettled([Promise.reject('x')]).then(lambda results: console.log(results))
