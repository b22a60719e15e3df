"""The live runtime in a notebook's kernel: where output goes, interrupts, and the end."""

from __future__ import annotations

import queue
import time

import pytest
from jupyter_client.manager import KernelManager

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

SOON = 10  # seconds that an interrupt may take on a loaded machine; without it these cells take 30


class Kernel:
    """A kernel, and what its cells have printed: {cell: text}."""

    def __init__(self, manager, client):
        self.manager = manager
        self.client = client
        self.printed = {}
        self._cells = {}

    def start(self, source):
        """Have a cell executed, without waiting for it."""
        cell = self.client.execute(source)
        self._cells[cell] = len(self._cells) + 1
        self.printed[self._cells[cell]] = ""
        return cell

    def read(self, until):
        """Read messages until one is as wished, or for 20 seconds."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                message = self.client.get_iopub_msg(timeout=1)
            except queue.Empty:
                continue
            content = message["content"]
            number = self._cells.get(message["parent_header"].get("msg_id"), 0)
            if message["msg_type"] == "stream":
                self.printed[number] += content["text"]
            elif message["msg_type"] == "error":
                self.printed[number] += f"{content['ename']}\n"
            if until(message):
                return
        pytest.fail(f"what was waited for did not come; printed: {self.printed}")

    def finish(self, cell):
        self.read(
            lambda message: (
                message["parent_header"].get("msg_id") == cell
                and message["content"].get("execution_state") == "idle"
            )
        )
        return self.printed[self._cells[cell]]

    def run(self, source):
        return self.finish(self.start(source))

    def read_until_printed(self, text):
        self.read(lambda message: text in message["content"].get("text", ""))

    def interrupt(self, after):
        """Interrupt the kernel a little later; returns the time of that."""
        time.sleep(after)
        self.manager.interrupt_kernel()
        return time.monotonic()


@pytest.fixture
def kernel():
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        made = Kernel(manager, client)
        made.run(
            "%load_ext loopscope\n"
            "import asyncio, threading, time\n"
            "from loopscope.js import *\n"
            "from loopscope import async_function, drain, live\n"
        )
        made.printed.clear()
        made._cells.clear()
        yield made
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_output_appears_in_the_cell_that_scheduled_it(kernel):
    kernel.run(
        "setTimeout(lambda: print('one late'), 300)\n"
        "queueMicrotask(lambda: print('one soon'))\n"
        "click = live().as_task(lambda: print('one clicked'))\n"
        "print('one now')"
    )
    # What a cell has queued as microtasks is there before the cell is idle.
    assert kernel.printed[1] == "one now\none soon\n"
    kernel.run(
        "async def two():\n"
        "    await asyncio.sleep(0.1)\n"
        "    raise ValueError('two')\n"
        "async_function(two)()\n"
        "setTimeout(lambda: 1 / 0, 100);"
    )
    kernel.run("threading.Thread(target=click).start(); print('three')")
    kernel.read_until_printed("one late")
    assert kernel.printed[3] == "three\n"
    assert kernel.printed[1] == "one now\none soon\none clicked\none late\n"
    assert kernel.printed[2].count("Traceback (most recent call last)") == 2
    assert "ValueError: two" in kernel.printed[2]
    assert "ZeroDivisionError" in kernel.printed[2]
    assert "loopscope/" not in kernel.printed[2]
    # Awaited, it is there for clients that read no longer than a cell runs, too.
    assert kernel.run("setTimeout(lambda: print('late'), 100)\nawait drain()") == "late\n"
    assert kernel.run("print(await Promise.all([asyncio.sleep(0, 1), 2]))") == "[1, 2]\n"


def test_interrupts(kernel):
    cells = {
        "a promise that never settles": "print('go')\nawait Promise(lambda: None)",
        "asyncio that never ends": "print('go')\nawait asyncio.Event().wait()",
        "a program that sleeps in C": "%%loop --real\nconsole.log('go')\nsetTimeout(print, 30_000)",
        "a runaway callback while a cell waits": (
            "def spin():\n    print('go')\n    while True: pass\n"
            "setTimeout(spin, 1)\nawait asyncio.sleep(30)"
        ),
    }
    for name, source in cells.items():
        cell = kernel.start(source)
        kernel.read_until_printed("go")
        interrupted = kernel.interrupt(after=0.2)
        printed = kernel.finish(cell)
        assert time.monotonic() - interrupted < SOON, name
        assert printed != "go\n", name
        assert kernel.run("print(await Promise.resolve('alive'))") == "alive\n", name
    # And between cells: an endless callback, and endless microtasks.
    for spin in ("while True: pass", "queueMicrotask(spin)"):
        number = kernel.run(
            f"def spin():\n    {spin}\nsetTimeout(lambda: (print('go'), spin()), 300)\n"
            "later = setTimeout(lambda: print('too late'), 1000)"
        )
        kernel.read_until_printed("go")
        cell = kernel.start("print('alive')")
        interrupted = kernel.interrupt(after=0.2)
        assert kernel.finish(cell) == "alive\n"
        assert time.monotonic() - interrupted < SOON
        assert "KeyboardInterrupt: the live runtime was stopped" in "".join(
            kernel.printed.values()
        ), number
        kernel.printed = dict.fromkeys(kernel.printed, "")
    assert kernel.run("await asyncio.sleep(1.2)") == ""


def test_the_kernel_outlives_process_exit_and_ends_with_work_pending(kernel, tmp_path):
    assert kernel.run("setTimeout(lambda: process.exit(1)); await asyncio.sleep(0.1)") == ""
    assert "SystemExit" in kernel.run("process.exit(2)")
    assert kernel.run("raise SystemExit if False else print('alive')").startswith("alive")
    kernel.run(
        "async def waits():\n"
        "    await Promise(lambda: None)\n"
        "async_function(waits)()\n"
        "setInterval(lambda: None, 1)\n"
        "setTimeout(lambda: None, 1e6);"
    )
    kernel.run("%unload_ext loopscope\n%load_ext loopscope\n%load_ext loopscope")
    kernel.client.shutdown()
    end = time.monotonic() + 15
    while kernel.manager.is_alive() and time.monotonic() < end:
        time.sleep(0.05)
    assert not kernel.manager.is_alive()
    assert kernel.manager.provisioner.process.returncode == 0
