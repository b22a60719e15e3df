from loopscope.js import *


def api(name, ms):
    return Promise(lambda r: setTimeout(lambda: r(name), ms))


def show(results):
    users, posts, albums = results
    console.log(users)
    console.log(posts)
    console.log(albums)


(
    Promise.all([api('users', 30), api('posts', 10), api('albums', 20)])
    .then(show)
    .catch(lambda err: console.log('something failed', err))
)
