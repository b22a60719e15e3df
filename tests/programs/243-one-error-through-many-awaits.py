# An error keeps its identity through awaits, chains and combinators.
from loopscope.js import *

error = Exception('the one')


def same(where):
    return lambda e: console.log(where, e is error)


async def inner():
    raise error


async def middle():
    await inner()


async def outer():
    try:
        await middle()
    except Exception as e:
        same('caught')(e)
        raise e
    finally:
        console.log('finally')


outer().catch(same('rejected'))
inner().then().finally_(lambda: None).catch(same('chain'))
Promise.all([1, middle()]).catch(same('all'))
Promise.race([middle()]).catch(same('race'))
Promise.any([inner()]).catch(lambda e: same('any')(e.errors[0]))
Promise.allSettled([inner()]).then(lambda results: same('allSettled')(results[0].reason))
