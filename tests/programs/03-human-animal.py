from loopscope.js import *


def human():
    console.log('Inside human function')


def animal():
    human()
    console.log('Inside animal function')


animal()
