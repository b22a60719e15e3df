"""Exercise 1: calls, and one timer. Fill in PREDICTION, then run: pytest test_01_first_order.py

The message says how far you are right. HINT = 2, 3 and 4 say more.
"""

import loopscope
import pytest
from loopscope.learn import check

PROGRAM = """
from loopscope.js import *

def make_toast():
    console.log('bread in')
    setTimeout(lambda: console.log('toast is ready'), 2000)
    console.log('waiting for the toast')

def make_breakfast():
    console.log('kettle on')
    make_toast()
    console.log('tea is ready')

console.log('good morning')
make_breakfast()
console.log('good appetite')
"""

PREDICTION = []  # the lines in their order, such as ['good morning', ...]
HINT = 1


def test_the_order():
    comparison = check(loopscope.record(PROGRAM), PREDICTION, HINT)
    if not comparison:
        pytest.fail(comparison.text, pytrace=False)
