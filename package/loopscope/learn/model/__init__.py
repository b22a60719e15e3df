"""A model of the runtime in plain Python, made to be varied.

The runtime itself is C and knows one order, the right one. To tell which wrong idea of the machine
would give a learner's order, there has to be a machine that can be wrong. `Machine` is a scheduler
as small as it can be told in Python; each thing that people are known to get wrong is a method of
it, so that a wrong machine is a subclass with one method replaced (see `loopscope.learn.beliefs`).

`run_on(machine, program)` runs a program on such a machine instead of the runtime. The model stands
in for the C module alone: console, events, process and the rest of the package are loaded anew on
top of it. Unvaried, it prints what the runtime prints; the tests hold it to that.
"""

from __future__ import annotations

from .budget import Budget, Spent
from .machine import Machine
from .program import Outcome, Program, load_program, run_on

__all__ = ["Budget", "Machine", "Outcome", "Program", "Spent", "load_program", "run_on"]
