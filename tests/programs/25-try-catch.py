from loopscope.js import *


async def get_data():
    try:
        res = await Promise.reject('no network')
        console.log(res)
    except Thrown as err:
        console.log('oops:', err.value)


get_data()
