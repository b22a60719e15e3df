"""Learning with loopscope: predict a program's order, run it, and learn from the difference."""

from __future__ import annotations

from .moment import Moment, moment
from .predict import Comparison, check

__all__ = ["Comparison", "Moment", "check", "moment"]
