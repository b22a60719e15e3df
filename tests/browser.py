"""A headless Chromium for the tests that look at pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str:
    """Return the path of the browser. The tests never go on without one."""
    for name in (os.environ.get("LOOPSCOPE_CHROMIUM", ""), *_NAMES):
        if name and (found := shutil.which(name)):
            return found
    pytest.fail(
        "these tests need Chromium: apt-get install -y --no-install-recommends chromium, or set "
        "LOOPSCOPE_CHROMIUM to one; -m 'not browser' leaves them out",
        pytrace=False,
    )


@contextmanager
def chromium() -> Iterator[Browser]:
    """Open the browser, and close it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(),
            # In a container there is no sandbox to be had, no graphics, and little shared memory.
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        try:
            yield browser
        finally:
            browser.close()
