"""Three answers."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def ask(name, ms):
        def executor(resolve):
            def answer():
                console.log(name, "answers")
                resolve(name)

            setTimeout(answer, ms)

        return Promise(executor)

    everyone = Promise.all([ask("Ann", 30), ask("Bob", 10), ask("Cid", 20)])
    everyone.then(lambda names: console.log(names))
    setTimeout(lambda: console.log("coffee"), 0)
    console.log("asked")
