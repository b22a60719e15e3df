from loopscope.js import *


def move_player(amount, direction, callback):
    def moved():
        console.log(direction, amount)
        callback()

    setTimeout(moved, 1)


def first():
    def second():
        def third():
            def fourth():
                console.log('there')

            move_player(330, 'Left', fourth)

        move_player(10, 'Right', third)

    move_player(400, 'Left', second)


move_player(100, 'Left', first)
