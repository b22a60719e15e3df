from loopscope.js import *


def api(v):
    return Promise(lambda r: setTimeout(lambda: r(v), 5))


async def fetch_data():
    res = await api('response')
    data = await api(res + ' as json')
    console.log(data)


fetch_data()
console.log('meanwhile')
