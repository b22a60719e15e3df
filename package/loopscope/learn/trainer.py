"""The trainer, `loopscope learn`: one exercise after another, judged when its file is saved."""

from __future__ import annotations

import queue
import shlex
import shutil
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TextIO

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from .collection import FOLDER, Entry, copy_all, entries, load_file
from .examine import Examined, examine
from .hints import LAST_HINT
from .predict import WIDTH, wrap
from .progress import Progress
from .watching import can_notify, watch

__all__ = ["Trainer", "train"]

_LINK: Final = "https://"


class Trainer:
    """The state of a session, and what each key does. It prints; who calls it reads keys."""

    def __init__(self, folder: Path, console: Console, *, plain: bool = False) -> None:
        self.folder = folder
        self.console = console
        self.plain = plain
        self.progress = Progress(folder)
        self.entries = entries(folder)
        names = [entry.name for entry in self.entries]
        self._at = names.index(self.progress.current) if self.progress.current in names else 0
        self._own = b""
        """What the trainer itself has just written to a file."""
        self.keys: dict[str, tuple[str, Callable[[], None]]] = {
            "n": ("next", self.go_on),
            "h": ("hint", self.hint),
            "s": ("step", self.step),
            "r": ("reset", self.reset),
            "l": ("list", self.show_list),
            "q": ("quit", lambda: None),
        }

    @property
    def current(self) -> Entry:
        """The exercise under way."""
        return self.entries[self._at]

    @property
    def done(self) -> int:
        """How many exercises are solved."""
        return sum(self.progress.of(entry.name).done for entry in self.entries)

    # ---- keys

    def press(self, key: str) -> bool:
        """Do what a key, or the word for it, asks for; returns False to quit."""
        word = key.strip().lower()
        if not word:
            return True
        for letter, (name, act) in self.keys.items():
            if word in (letter, name):
                act()
                return letter != "q"
        self.say(f"There is no “{word}”. Type one of the letters, and press Enter.")
        return True

    def choices(self) -> str:
        """Name the keys."""
        return " · ".join(f"{letter}: {name}" for letter, (name, _) in self.keys.items())

    def go_on(self) -> None:
        """Go on to the next exercise that is not solved; never by itself."""
        if not self.progress.of(self.current.name).done:
            self.say("Not solved yet. Change the prediction and save the file; h gives a hint.")
            return
        count = len(self.entries)
        for step in range(1, count):
            at = (self._at + step) % count
            if not self.progress.of(self.entries[at].name).done:
                self._at = at
                self.start()
                return
        self.finish()

    def hint(self) -> None:
        """Show the next level of hints."""
        record = self.progress.of(self.current.name)
        if not record.attempts:
            self.say("Predict first: write the lines into predict(...) and save the file.")
            return
        record.hint = min(max(record.hint, 1) + 1, LAST_HINT)  # the first comes by itself
        self.progress.save()
        self.judge()

    def step(self) -> None:
        """Write the stepper of the program, and open it."""
        record = self.progress.of(self.current.name)
        if not record.done:
            if not record.attempts:
                self.say("Predict first: the stepper shows the answer.")
                return
            self.say(f"It shows the answer, so it counts as hint {LAST_HINT}.")
            record.hint = LAST_HINT
            self.progress.save()
        found = examine(self.current.path, 1)
        if found.broken:
            self.say(found.text)
            return
        recording = load_file(self.current.path)[0].run()
        page = self.folder / "steps" / f"{self.current.name}.html"
        page.parent.mkdir(exist_ok=True)
        recording.to_html(page)
        self.say(f"Every step of it: {page}")
        if not self.plain:
            webbrowser.open(page.resolve().as_uri())

    def reset(self) -> None:
        """Put the exercise back as it was."""
        name = self.current.path.name
        source = next((one for one in FOLDER.rglob(name)), None)
        if source is None:
            self.say("This exercise did not come with loopscope; there is nothing to put back.")
            return
        shutil.copyfile(source, self.current.path)
        self._own = self.current.path.read_bytes()
        self.progress.records.pop(self.current.name, None)
        self.start()

    def show_list(self) -> None:
        """List all exercises."""
        group = ""
        for entry in self.entries:
            if entry.group != group:
                group = entry.group
                self.say(group.replace("_", " "))
            mark = "x" if self.progress.of(entry.name).done else " "
            here = "   <- here" if entry == self.current else ""
            self.say(f"  [{mark}] {entry.name}  {entry.title}{here}")

    # ---- what happens

    def start(self) -> None:
        """Show the exercise under way."""
        self.progress.current = self.current.name
        self.progress.save()
        self.say("")
        self.say(f"{self.done}/{len(self.entries)} done. {self.current.title}", style="bold")
        self.say(f"Open {self.current.path}, and read the program.")
        self.say('Above it, write what it prints, as in @predict("one", "two"), and save the file.')
        self.judge()

    def saved(self, path: Path) -> bool:
        """Judge the current exercise, if it is its file that was saved; tell whether it was."""
        if path.resolve() != self.current.path.resolve():
            return False
        own, self._own = self._own, b""
        if own and path.exists() and own == path.read_bytes():
            return False
        self.judge()
        return True

    def judge(self) -> None:
        """Run the current exercise, in a process of its own, and tell what is to be told."""
        record = self.progress.of(self.current.name)
        found = examine(self.current.path, max(record.hint, 1), explain=True)
        self._count(found)
        if found.is_right:
            record.done = True
            self.tell(found.text, good=True)
            self.say(
                f"{self.done}/{len(self.entries)} done. Type n and press Enter for the next one."
            )
        else:
            self.tell(found.text, good=False)
        if found.broken:
            self.say("Mend the file and save it, or type r and press Enter to put it back.")
        self.progress.save()

    def _count(self, found: Examined) -> None:
        """Count an attempt when the prediction is another one than the last."""
        record = self.progress.of(self.current.name)
        if found.broken or not found.attempted:
            return
        predicted = self._predicted()
        if predicted != record.last or not record.attempts:
            record.attempts += 1
            record.last = predicted

    def _predicted(self) -> list[str]:
        from .collection import read_prediction

        try:
            source = self.current.path.read_text(encoding="utf-8")
            return read_prediction(source, "program")
        except (LookupError, ValueError, SyntaxError):
            return []

    def finish(self) -> None:
        """Say that all is done."""
        self.tell("All exercises are solved. You can explain any order now.", good=True)

    # ---- telling

    def say(self, text: str, style: str = "") -> None:
        """Print a line."""
        self.console.print(Text(text, style="" if self.plain else style), soft_wrap=True)

    def tell(self, text: str, *, good: bool) -> None:
        """Print what was found. A link stands below the box, as it must not be broken."""
        text = text[0].upper() + text[1:]
        if self.plain:
            self.say(wrap(text, min(self.console.width, WIDTH)))
            return
        lines = text.split("\n")
        told = "\n".join(line for line in lines if not line.startswith(_LINK))
        style = "green" if good else "yellow"
        self.console.print(Panel(Text(told), border_style=style, expand=False))
        for line in lines:
            if line.startswith(_LINK):
                self.say(line, style="dim")


def train(
    folder: Path, *, plain: bool = False, poll: bool = False, keys: TextIO | None = None
) -> int:
    """Run a session: keys and saved files are answered until `q` or the end of the keys.

    `plain`: no colours, boxes or browser. `poll`: look for changes instead of being told of them.
    Returns the exit code.
    """
    console = Console(no_color=True if plain else None, emoji=False, highlight=False, markup=False)
    copied = copy_all(folder)
    trainer = Trainer(folder, console, plain=plain)
    if copied:
        trainer.say(f"{len(copied)} exercises were copied to {folder}")
    events: queue.Queue[tuple[str, str]] = queue.Queue()
    stop = threading.Event()
    threads = [
        threading.Thread(target=_read, args=(keys or sys.stdin, events), daemon=True),
        threading.Thread(target=_watch, args=(folder, events, stop, poll), daemon=True),
    ]
    for thread in threads:
        thread.start()
    trainer.start()
    try:
        _answer(trainer, events, polling=poll or not can_notify())
    except KeyboardInterrupt:
        return 130
    finally:
        stop.set()
        threads[1].join(2)
    return 0


def _read(keys: Iterable[str], events: queue.Queue[tuple[str, str]]) -> None:
    for line in keys:
        events.put(("key", line))
    events.put(("key", "q"))


def _watch(
    folder: Path, events: queue.Queue[tuple[str, str]], stop: threading.Event, poll: bool
) -> None:
    watch(folder, lambda path: events.put(("saved", str(path))), stop, poll=poll)


def _answer(trainer: Trainer, events: queue.Queue[tuple[str, str]], *, polling: bool) -> None:
    if not polling:
        again = f"loopscope learn --poll {shlex.quote(str(trainer.folder))}"
        trainer.say(f"If saving has no effect, quit and start again: {again}", style="dim")
    told = True
    while True:
        if told:
            trainer.say(f"A letter, then Enter: {trainer.choices()}.", style="dim")
        kind, what = events.get()
        if kind == "saved":
            told = trainer.saved(Path(what))
        elif trainer.press(what):
            told = True
        else:
            return
