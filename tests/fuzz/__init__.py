"""Differential fuzzing: random programs, in JavaScript under Node and in Python, in equal order."""
