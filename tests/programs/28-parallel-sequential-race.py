from loopscope.js import *


def make(v, ms):
    def start(r):
        def finish():
            console.log('finished', v)
            r(v)

        setTimeout(finish, ms)

    return lambda: Promise(start)


promise_a, promise_b, promise_c = make('a', 30), make('b', 10), make('c', 20)


async def parallel():
    a, b, c = await Promise.all([promise_a(), promise_b(), promise_c()])
    return {'a': a, 'b': b, 'c': c}


async def sequential():
    a = await promise_a()
    b = await promise_b()
    c = await promise_c()
    return {'a': a, 'b': b, 'c': c}


async def race():
    return await Promise.race([promise_a(), promise_b(), promise_c()])


async def main():
    console.log(await parallel())
    console.log(await sequential())
    console.log(await race())


main()
