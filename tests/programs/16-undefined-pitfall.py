from loopscope.js import *


def fetch_data():
    return Promise(lambda resolve: setTimeout(lambda: resolve('data'), 5))


result = None


def keep(res):
    global result
    result = res


fetch_data().then(keep)
console.log(result)
setTimeout(lambda: console.log(result), 20)
