"""What a learner is told about a wrong order, in four levels; only the last one tells the answer.

1. how many lines are right, and which is the first that is not; 2. the state at that moment and a
question; 3. the rule, and the belief that would give the learner's order; 4. the order.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from textwrap import indent
from typing import TYPE_CHECKING, Final, NamedTuple

from .predict import LAST_HINT, check, why_right, wrap

if TYPE_CHECKING:
    from ..recording import Recording
    from .beliefs import Belief
    from .diagnosis import Diagnosis
    from .model import Program

__all__ = [
    "LAST_HINT",
    "Part",
    "Verdict",
    "default_level",
    "explained",
    "judge",
    "judge_pairs",
    "set_level",
]

_VARIABLE: Final = "LOOPSCOPE_HINT"
_levels: list[int] = []  # what test sessions have been told, the innermost last


class Part(NamedTuple):
    """A paragraph, and what it is about. Lines that are indented list queues, or are a program."""

    about: str
    """ "headline", "moment", "rule", "belief", "other" (a belief that fits, too), or "order"."""
    text: str


@dataclass(frozen=True)
class Verdict:
    """What there is to say about a prediction."""

    is_right: bool
    right: int
    """How many lines are right, from the first one on."""
    total: int
    text: str
    """What the learner is told."""
    beliefs: tuple[str, ...] = ()
    """The ids of the beliefs that give this order, or give it up to its first wrong line."""
    attempted: bool = field(default=True)
    """False if nothing was predicted yet."""
    parts: tuple[Part, ...] = ()
    """The text of a prediction's verdict, for whoever lays it out otherwise."""
    other: bool = False
    """Whether it is right, but another legal order than the one that was recorded."""
    flowing: str = ""
    """The text without broken lines, if it has any."""


def default_level() -> int:
    """Return the level of hints: of the test session, or of the variable LOOPSCOPE_HINT, or 1."""
    if _levels:
        return _levels[-1]
    given = os.environ.get(_VARIABLE, "")
    return int(given) if given in ("1", "2", "3", "4") else 1


def set_level(level: int | None) -> None:
    """Set the level for a test session; None: end it."""
    if level is None:
        _levels.pop()
    else:
        _levels.append(level)


def judge(
    recording: Recording,
    predicted: Sequence[str],
    level: int,
    program: Program | None = None,
) -> Verdict:
    """Compare a prediction with what a program has printed.

    `program`: for the diagnosis; without it there is none.
    """
    if not predicted:
        total = len(recording.output)
        many = "line" if total == 1 else "lines"
        text = f"No prediction yet: the program prints {total} {many}. In which order?"
        return Verdict(False, 0, total, text, attempted=False)
    printed = [line.strip() for line in recording.output]
    told = [line.strip() for line in predicted]
    if told != printed and program is not None and sorted(told) == sorted(printed):
        from .order import legal_orders

        if tuple(told) in legal_orders(program):
            text = "Right: this order, too, is legal."
            part = Part("headline", text)
            return Verdict(True, len(told), len(told), text, parts=(part,), other=True)
    comparison = check(recording, predicted, hint=level)
    if comparison.is_right:
        text = comparison.text
        parts = [Part("headline", text)]
        return Verdict(True, comparison.right, comparison.total, text, parts=tuple(parts))
    parts = [
        Part(_about(at, text), text)
        for at, text in enumerate(comparison.paragraphs)
        if not text.startswith("(Hint ")
    ]
    found = _diagnose(program, told, printed)
    if level >= 3 and found is not None and found.beliefs:
        at = next((k for k, part in enumerate(parts) if part.about == "order"), len(parts))
        parts[at:at] = _tell(found, *told[comparison.right : comparison.right + 1])
    beliefs = tuple(one.id for one in found.beliefs) if found and not found.near else ()
    paragraphs = [part.text for part in parts]
    if level < LAST_HINT:
        paragraphs.append(f"(hint {level} of {LAST_HINT})")
    return Verdict(
        False,
        comparison.right,
        comparison.total,
        "\n".join(map(wrap, paragraphs)),
        beliefs,
        parts=tuple(parts),
        flowing="\n".join(paragraphs),
    )


def _about(at: int, text: str) -> str:
    """Tell what a paragraph of `check` is about: they come in the order of the hints."""
    if text.startswith(("See step", "The order:")):
        return "order"
    return ("headline", "moment", "rule")[min(at, 2)]


def _diagnose(
    program: Program | None, told: Sequence[str], printed: Sequence[str]
) -> Diagnosis | None:
    if program is None:
        return None
    from .diagnosis import diagnose

    return diagnose(program, told, printed)


def _tell(found: Diagnosis, own: str = "") -> list[Part]:
    """Tell of the beliefs. `own`: the learner's first wrong line."""
    first, *others = found.beliefs
    that = f"that of a machine where {first.claim}"
    if found.near:
        text = f"Your order resembles {that}: there, too, “{own}” comes too early."
    else:
        text = f"{'' if found.exact else 'Up to your first wrong line, '}your order is {that}."
    parts = [
        Part("belief", f"{text[0].upper()}{text[1:]} Is that what you think?"),
        Part("belief", first.question),
    ]
    if others:
        other = others[0]
        same = "There it comes too early, too." if found.near else "That gives the same here."
        also = f"Or do you think that {other.claim}? {same}"
        parts += [Part("other", text) for text in (also, *_tell_apart(first, other))]
    return parts


def _tell_apart(one: Belief, other: Belief) -> list[str]:
    from .diagnosis import tell_apart

    probe = tell_apart(one, other)
    if probe is None:
        return [other.question]
    mine, yours = (", ".join(order) for order in probe.orders)
    return [
        "To tell which: what would you expect of this one?",
        indent(probe.source.rstrip(), "    "),
        f"({mine}: the first. {yours}: the second. Something else: neither.)",
    ]


def explained(verdict: Verdict, recording: Recording, program: Program | None) -> Verdict:
    """Add to the verdict on a right prediction why the line is where it is that misleads most.

    `program`: to ask the wrong machines which line that is; without it, the first one is taken that
    came out of a queue. Another legal order than the recorded one is not explained.
    """
    lines = recording.output
    if not verdict.is_right or verdict.other or len(lines) < 2:
        return verdict
    missed = _most_missed(program, lines) if program else (None, "")
    text = why_right(recording, *missed)
    parts = (*verdict.parts, *([Part("rule", text)] if text else []))
    flowing = "\n".join(part.text for part in parts)
    return replace(verdict, parts=parts, flowing=flowing, text=wrap(flowing))


def _most_missed(program: Program, printed: Sequence[str]) -> tuple[int | None, str]:
    """Return at which line most wrong machines go wrong, and what most of those print instead."""
    from .diagnosis import common_length, orders_of_believers

    orders = [*orders_of_believers(program).values()]
    found = [(common_length(one, printed), one) for one in orders]
    instead = Counter(
        (at, one[at])
        for at, one in found
        if at < min(len(one), len(printed)) and one[at] in printed[at:]
    )
    places = Counter(at for at, _ in instead.elements())
    at = min(places, key=lambda one: (-places[one], one), default=None)
    here = [(count, line) for (place, line), count in instead.items() if place == at]
    return at, max(here, default=(0, ""))[1]


def judge_pairs(
    orders: Set[tuple[str, ...]], pairs: dict[str, Sequence[tuple[str, str]]], level: int
) -> Verdict:
    """Compare what was said of pairs of lines with all legal orders."""
    from .order import comes_before

    said = [(kind, *pair) for kind, listed in pairs.items() for pair in listed]
    if not said:
        text = "No prediction yet: which line must come before which, may, cannot?"
        return Verdict(False, 0, 0, text, attempted=False)
    right = 0
    wrong: list[str] = []
    for kind, first, second in said:
        found = {comes_before(order, first, second) for order in orders}
        really = "may" if len(found) == 2 else "must" if True in found else "cannot"
        if really == kind:
            right += 1
        else:
            wrong.append(_tell_pair(kind, really, first, second, level))
    if not wrong:
        return Verdict(True, right, len(said), f"Right: all {right} pairs.")
    more = [] if level == LAST_HINT else [f"(hint {level} of {LAST_HINT})"]
    text = "\n".join([f"{right} of {len(said)} are right.", wrong[0], *more])
    return Verdict(False, right, len(said), text)


def _tell_pair(kind: str, really: str, first: str, second: str, level: int) -> str:
    text = f"“{first}” {kind} come before “{second}”: that is not so."
    if level >= 2:
        text += "\nWhat makes each of the two wait, and can the host be late with one of them?"
    if level >= 3:
        text += (
            "\nA delay is a minimum. Only queues keep their order; what comes from different timers"
            "\ndepends on when each was set, and on how long everything before it took."
        )
    if level >= LAST_HINT:
        text += f"\nIt {really}."
    return text
