from loopscope.js import *


def api(v, ms):
    return Promise(lambda r: setTimeout(lambda: r(v), ms))


async def get_data():
    async for data in [api('users', 30), api('posts', 10), api('albums', 20)]:
        console.log(data)


get_data()
