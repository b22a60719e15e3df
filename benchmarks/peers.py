"""Who is measured, in which version, and how each is started."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent
NODE = os.environ.get("LOOPSCOPE_NODE") or "node"


@dataclass(frozen=True)
class Peer:
    """One column of the tables. `name` is the worker's word for it."""

    name: str
    title: str

    def runs(self, case: ModuleType) -> bool:
        """Tell whether the case is written for this peer."""
        match self.name:
            case "loopscope":
                return True
            case "script":
                return hasattr(case, "AS_SCRIPT")
            case "traced":
                return hasattr(case, "TRACED")
            case "node":
                return _javascript(case).exists()
            case "C":
                return hasattr(case, "in_c")
        return hasattr(case, "on_asyncio")

    def command(self, case: ModuleType) -> list[str]:
        name = case.__name__.rpartition(".")[2]
        if self.name == "node":
            return [NODE, "--expose-gc", str(HERE / "worker.js"), name]
        return [sys.executable, "-m", "benchmarks.worker", name, self.name]

    @property
    def missing(self) -> str | None:
        """Why it cannot be measured here, or None."""
        if self.name == "node":
            return None if node_version() else f"{NODE} cannot be run"
        if self.name in ("uvloop", "rloop"):
            try:
                version(self.name)
            except PackageNotFoundError:
                return f"no wheel for CPython {platform.python_version()} is installed"
        return None


PEERS = (
    Peer("loopscope", "loopscope"),
    Peer("script", "in a script"),
    Peer("traced", "on record"),
    Peer("node", "Node"),
    Peer("asyncio", "asyncio"),
    Peer("uvloop", "uvloop"),
    Peer("rloop", "rloop"),
    Peer("C", "C loop"),
)


def _javascript(case: ModuleType) -> Path:
    assert case.__file__ is not None
    return Path(case.__file__).with_suffix(".js")


@cache
def node_version() -> str | None:
    try:
        done = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip().removeprefix("v")


def versions() -> str:
    """Name everything that took part."""
    parts = [
        f"loopscope {version('loopscope')}",
        f"CPython {platform.python_version()} (asyncio)",
    ]
    if node_version():
        parts.append(f"Node {node_version()}")
    parts += [f"{name} {version(name)}" for name in ("uvloop", "rloop") if not _peer(name).missing]
    return ", ".join(parts)


def _peer(name: str) -> Peer:
    return next(peer for peer in PEERS if peer.name == name)


def machine() -> str:
    """Name the processor and the system."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = (line for line in cpuinfo.read_text().splitlines() if line.startswith("model name"))
        model = next(names, model).rpartition(": ")[2]
    return f"{model} ({os.cpu_count()} cores), {platform.system()} {platform.release()}"
