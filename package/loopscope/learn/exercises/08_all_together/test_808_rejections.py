"""Who catches what?"""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    async def risky(n):
        if n % 2:
            raise Thrown(f"odd {n}")
        return n

    async def main():
        for n in (1, 2):
            try:
                console.log("value", await risky(n))
            except Thrown as error:
                console.log("caught", error.value)
        return risky(3)

    main().catch(lambda reason: console.log("outside:", reason)).then(lambda: console.log("end"))
    Promise.reject("x").then(lambda: console.log("never")).catch(lambda: console.log("x is caught"))
    Promise.resolve().then(lambda: console.log("m1")).then(lambda: console.log("m2")).then(
        lambda: console.log("m3")
    )
