"""Many programs: Node runs ahead in processes of its own, Python follows in this one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from . import judge, tree
from .generator import generate

AHEAD = 8  # programs that each Node may be ahead


@dataclass(frozen=True, slots=True)
class Result:
    """What came of the program of a seed."""

    seed: int
    verdict: judge.Verdict


class Session:
    """Iterating over it runs the programs of the seeds, in order."""

    def __init__(self, seeds: Iterable[int], jobs: int) -> None:
        self.done = 0
        self.unstable = 0
        self._seeds = seeds
        self._jobs = jobs
        self._stopped = False

    def stop(self) -> None:
        """Run no more."""
        self._stopped = True

    def __iter__(self) -> Iterator[Result]:
        judge.node(), judge.clock()  # say now what is missing, and compile once
        seeds = iter(self._seeds)
        with ThreadPoolExecutor(self._jobs) as pool:
            waiting: deque[tuple[int, Future[tuple[tree.Program, judge.Ran]]]] = deque()
            while True:
                for seed in islice(seeds, self._jobs * AHEAD - len(waiting)):
                    waiting.append((seed, pool.submit(_ask_node, seed)))
                if not waiting:
                    return
                seed, future = waiting.popleft()
                program, judged = future.result()
                verdict = judge.compare(program, judged)
                self.done += 1
                self.unstable += not verdict.stable
                yield Result(seed, verdict)
                if self._stopped:
                    pool.shutdown(cancel_futures=True)
                    return


def _ask_node(seed: int) -> tuple[tree.Program, judge.Ran]:
    program = generate(seed)
    (judged,) = judge.run_javascript(program)
    return program, judged
