"""`loopscope grade`: points, attempts, hints and beliefs of one learner or of a class.

A learner's prediction is read from the file without executing it, and judged against the program
as the instructor has it. The files of a learner can be edited by the learner: a prediction that is
right may have been copied, and the counts of attempts and hints are what the learner's copy says.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from .answers import FILE as ANSWERS
from .answers import Kept, read
from .collection import FOLDER, Entry, entries, read_prediction, replace_prediction, tell_error
from .examine import SECONDS, Examiner
from .progress import FILE, Progress

__all__ = ["Grade", "Submission", "grade", "write_csv", "write_json", "write_junit"]

_FORMAT: Final = "loopscope.grades/1"


@dataclass(frozen=True)
class Grade:
    """What one learner has reached in one exercise."""

    exercise: str
    status: str
    """ "right", "wrong", "missing" (no prediction) or "broken" (the file cannot be read)."""
    points: float
    right: int
    """How many lines are right, from the first one on."""
    total: int
    attempts: int
    hints: int
    """The highest level of hints that was asked for."""
    beliefs: list[str]
    """The ids of the beliefs that give the learner's order."""
    message: str


@dataclass(frozen=True)
class Submission:
    """All grades of one learner."""

    learner: str
    grades: list[Grade]
    predictions: list[Kept] = field(default_factory=list)
    """What was predicted in notebooks (`%%predict`), as the learner's own files say."""

    @property
    def points(self) -> float:
        """The sum of the points."""
        return sum(one.points for one in self.grades)


def grade(
    folder: Path,
    *,
    exercises: Path = FOLDER,
    partial: bool = False,
    seconds: float = SECONDS,
) -> list[Submission]:
    """Grade a learner's folder, or a folder of learners' folders.

    `exercises`: the programs as they were given. `partial`: a wrong order counts as the part of it
    that is right. `seconds`: how long one exercise may take. FileNotFoundError if there is nothing
    to grade.
    """
    given = entries(exercises)
    names = {entry.path.name for entry in given}
    learners = _learners(folder, names)
    if not learners:
        raise FileNotFoundError(f"there are no exercises in {folder}")
    with Examiner(seconds) as examiner:
        return [
            Submission(
                one.name,
                _grades(one, given, examiner, partial=partial),
                [kept for path in sorted(one.rglob(ANSWERS)) for kept in read(path.parent)],
            )
            for one in learners
        ]


def _learners(folder: Path, names: set[str]) -> list[Path]:
    def holds(place: Path) -> bool:
        return (place / FILE).exists() or any(path.name in names for path in place.glob("*/*.py"))

    if holds(folder) or any(path.name in names for path in folder.glob("*.py")):
        return [folder.resolve()]
    places = sorted(place for place in folder.glob("*") if place.is_dir())
    return [place for place in places if any(one.name in names for one in place.rglob("*.py"))]


def _grades(
    folder: Path, given: Sequence[Entry], examiner: Examiner, *, partial: bool
) -> list[Grade]:
    try:
        progress = Progress(folder)
    except ValueError:
        progress = Progress(folder / "no such folder")
    files = {path.name: path for path in folder.rglob("test_*.py")}
    return [
        _grade(one, files.get(one.path.name), progress, examiner, partial=partial) for one in given
    ]


def _grade(
    entry: Entry, answer: Path | None, progress: Progress, examiner: Examiner, *, partial: bool
) -> Grade:
    record = progress.records.get(entry.name)
    attempts, hints = (record.attempts, record.hint) if record else (0, 0)

    def made(status: str, message: str, **more: Any) -> Grade:
        facts: dict[str, Any] = {"points": 0.0, "right": 0, "total": 0, "beliefs": [], **more}
        return Grade(
            exercise=entry.name,
            status=status,
            attempts=attempts,
            hints=hints,
            message=message,
            **facts,
        )

    if answer is None:
        return made("missing", "There is no such file.")
    try:
        predicted = read_prediction(answer.read_text(encoding="utf-8"), "program")
    except SyntaxError as error:
        return made("broken", tell_error(error, answer))
    except (LookupError, ValueError, OSError) as error:
        return made("broken", f"The prediction cannot be read: {error}")
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / entry.path.name
        text = entry.path.read_text(encoding="utf-8")
        path.write_text(replace_prediction(text, {"program": predicted}), encoding="utf-8")
        found = examiner.examine(path, 1)
    if found.broken:
        return made("broken", found.text)
    if not found.attempted:
        return made("missing", found.text, total=found.total)
    part = round(found.right / found.total, 2) if partial and found.total else 0.0
    return made(
        "right" if found.is_right else "wrong",
        found.text,
        points=1.0 if found.is_right else part,
        right=found.right,
        total=found.total,
        beliefs=found.beliefs,
    )


def count_beliefs(submissions: Sequence[Submission]) -> dict[str, int]:
    """Count in how many wrong answers each belief shows, the most frequent first."""
    counts = Counter(id for one in submissions for each in one.grades for id in each.beliefs)
    counts.update(id for one in submissions for each in one.predictions for id in each.beliefs)
    return dict(counts.most_common())


def write_json(submissions: Sequence[Submission]) -> str:
    """Return the grades as JSON: learners, their exercises, and the beliefs of the class."""
    from .beliefs import belief

    counts = count_beliefs(submissions)
    document = {
        "format": _FORMAT,
        "submissions": [
            {
                "learner": one.learner,
                "points": one.points,
                "possible": len(one.grades),
                "exercises": [asdict(each) for each in one.grades],
                "predictions": [asdict(each) for each in one.predictions],
            }
            for one in submissions
        ],
        "beliefs": [
            {"id": id, "name": belief(id).name, "claim": belief(id).claim, "count": count}
            for id, count in counts.items()
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def write_csv(submissions: Sequence[Submission]) -> str:
    """Return the grades as CSV, one row for each learner and exercise."""
    names = ["exercise", "status", "points", "right", "total", "attempts", "hints", "beliefs"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["learner", *names])
    for one in submissions:
        for each in one.grades:
            row = {**asdict(each), "beliefs": " ".join(each.beliefs)}
            writer.writerow([one.learner, *(row[name] for name in names)])
    return text.getvalue()


def write_junit(submissions: Sequence[Submission]) -> str:
    """Return the grades as JUnit XML, which continuous integration and many courses' tools read."""
    root = ElementTree.Element("testsuites", name="loopscope")
    for one in submissions:
        failures = sum(each.status == "wrong" for each in one.grades)
        errors = sum(each.status == "broken" for each in one.grades)
        skipped = sum(each.status == "missing" for each in one.grades)
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=one.learner,
            tests=str(len(one.grades)),
            failures=str(failures),
            errors=str(errors),
            skipped=str(skipped),
        )
        for each in one.grades:
            case = ElementTree.SubElement(
                suite, "testcase", classname=one.learner, name=each.exercise
            )
            kind = {"wrong": "failure", "broken": "error", "missing": "skipped"}.get(each.status)
            if kind is not None:
                told = ElementTree.SubElement(case, kind, message=each.message.splitlines()[0])
                told.text = each.message
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
