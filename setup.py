"""Build steps: the C extension ``loopscope._core``, and the lessons; the rest: pyproject.toml.

Environment:

``LOOPSCOPE_LIBUV_CFLAGS``, ``LOOPSCOPE_LIBUV_LIBS``
    Compile and link flags for libuv, instead of asking pkg-config. Both must be set.
``LOOPSCOPE_DEBUG=1``
    ``-O0 -g3``, asserts on, and the invariant checkers (``LS_DEBUG``).
``LOOPSCOPE_SANITIZE=address,undefined``
    Instrument for the named sanitizers.
``LOOPSCOPE_NO_TRACE=1``
    Leave the trace out, to count what it costs while it is off (``./dev instructions trace``).
``LOOPSCOPE_WERROR=1``
    Warnings are errors (CI).
"""

from __future__ import annotations

import os
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from glob import glob
from pathlib import Path
from typing import Any

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py

LIBUV_MINIMUM = "1.44"

LIBUV_MISSING = f"""
loopscope needs libuv >= {LIBUV_MINIMUM} with its headers, and pkg-config, to build its C extension.

  Debian, Ubuntu   sudo apt-get install gcc pkg-config libuv1-dev python3-dev
  Fedora, RHEL     sudo dnf install gcc pkgconf-pkg-config libuv-devel python3-devel
  Arch             sudo pacman -S gcc pkgconf libuv
  Alpine           sudo apk add gcc musl-dev pkgconf libuv-dev python3-dev
  macOS            brew install pkgconf libuv
  conda            conda install -c conda-forge c-compiler pkg-config libuv

libuv in an unusual place: point PKG_CONFIG_PATH at the folder of its libuv.pc, or set both
LOOPSCOPE_LIBUV_CFLAGS (as -I/opt/uv/include) and LOOPSCOPE_LIBUV_LIBS (as -L/opt/uv/lib -luv).
"""


def flag_is_set(name: str) -> bool:
    """Tell whether an environment variable is set to something other than empty or 0."""
    return os.environ.get(name, "") not in ("", "0")


def pkg_config(*arguments: str) -> str:
    """Run pkg-config, and return what it printed; it may be missing, or not know the library."""
    command = shlex.split(os.environ.get("PKG_CONFIG", "pkg-config"))
    try:
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=True)
    except FileNotFoundError:
        raise SystemExit(f"{LIBUV_MISSING}\n({command[0]} was not found)") from None
    except subprocess.CalledProcessError as failed:
        raise SystemExit(f"{LIBUV_MISSING}\n({failed.stderr.strip()})") from None
    return done.stdout


def libuv_flags() -> tuple[list[str], list[str]]:
    """Return the flags that compile against libuv and that link it."""
    cflags = os.environ.get("LOOPSCOPE_LIBUV_CFLAGS")
    libs = os.environ.get("LOOPSCOPE_LIBUV_LIBS")
    if cflags is not None and libs is not None:
        return shlex.split(cflags), shlex.split(libs)
    if cflags is not None or libs is not None:
        raise SystemExit(
            "set both LOOPSCOPE_LIBUV_CFLAGS and LOOPSCOPE_LIBUV_LIBS, or neither of them"
        )
    pkg_config("--print-errors", "--exists", f"libuv >= {LIBUV_MINIMUM}")
    return shlex.split(pkg_config("--cflags", "libuv")), shlex.split(pkg_config("--libs", "libuv"))


def mode_flags() -> tuple[list[str], list[str]]:
    """Return the compile and link flags that the environment's build mode asks for."""
    debug = flag_is_set("LOOPSCOPE_DEBUG")
    # The interpreter's own flags (-DNDEBUG -O3 ...) come first, so these have the last word.
    compiling = ["-O0", "-g3", "-UNDEBUG", "-DLS_DEBUG=1"] if debug else ["-O2"]
    linking: list[str] = []
    if flag_is_set("LOOPSCOPE_NO_TRACE"):
        compiling.append("-DLS_NO_TRACE=1")
    if flag_is_set("LOOPSCOPE_WERROR"):
        compiling.append("-Werror")
    if sanitizers := os.environ.get("LOOPSCOPE_SANITIZE"):
        compiling += [
            f"-fsanitize={sanitizers}",
            "-fno-sanitize-recover=all",
            "-fno-omit-frame-pointer",
        ]
        linking.append(f"-fsanitize={sanitizers}")
    return compiling, linking


def speaks_lto(compiler: str) -> bool:
    """Tell whether the compiler optimises across files by itself; clang wants a linker for it."""
    done = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=False)
    return "Free Software Foundation" in done.stdout


def side_by_side(compile_: Any, sources: list[str], **given: Any) -> list[str]:
    """Compile many files as a compiler does, as many at a time as there are processors."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        made = pool.map(lambda source: compile_([source], **given), sources)
        return [one for objects in made for one in objects]


class BuildExt(build_ext):
    """Ask for libuv when the extension is compiled; an sdist and metadata need neither."""

    def build_extensions(self) -> None:
        """Add the flags of libuv and of the build mode, then compile."""
        uv_compiling, uv_linking = libuv_flags()
        mode_compiling, mode_linking = mode_flags()
        optimising = not (flag_is_set("LOOPSCOPE_DEBUG") or os.environ.get("LOOPSCOPE_SANITIZE"))
        if optimising and speaks_lto(self.compiler.compiler_so[0]):
            # The rooms call each other on every job: 5 % of a microtask, 10 % of an awaited call.
            mode_compiling.append("-flto=auto")
            mode_linking += ["-flto=auto", "-O2"]
        for extension in self.extensions:
            extension.extra_compile_args += [*mode_compiling, *uv_compiling]
            extension.extra_link_args += [*mode_linking, *uv_linking]
        # setuptools builds extensions side by side, but not the files of one.
        self.compiler.compile = partial(side_by_side, self.compiler.compile)
        super().build_extensions()


class BuildPy(build_py):
    """Carry the lessons: notebooks/ becomes loopscope/lessons/. A work tree is read itself."""

    def lessons(self) -> dict[str, str]:
        """Return the files, and where in the build each belongs."""
        if self.editable_mode:
            return {}
        source, target = Path("notebooks"), Path(self.build_lib, "loopscope", "lessons")
        found = [
            path
            for kind in ("README.md", "*.ipynb", "*.json", "exercises/*.py")
            for path in source.glob(kind)
        ]
        return {str(path): str(target / path.relative_to(source)) for path in sorted(found)}

    def run(self) -> None:
        """Copy them behind the modules."""
        super().run()
        for source, target in self.lessons().items():
            self.mkpath(os.path.dirname(target))
            self.copy_file(source, target)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """Tell of them as well."""
        return [*super().get_outputs(include_bytecode), *self.lessons().values()]


setup(
    ext_modules=[
        Extension(
            "loopscope._core",
            sources=sorted(glob("csrc/*.c")),
            depends=sorted(glob("csrc/*.h")),  # an edit of a header compiles again
            include_dirs=["csrc"],
            extra_compile_args=[
                "-std=c11",
                "-Wall",
                "-Wextra",
                "-Wno-unused-parameter",  # CPython's signatures are fixed
                "-Wno-missing-field-initializers",  # as are its type and method tables
                "-fvisibility=hidden",
            ],
        )
    ],
    cmdclass={"build_ext": BuildExt, "build_py": BuildPy},
)
