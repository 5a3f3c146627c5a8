"""A browser on the machine, to see that a page can be seen: CHROMIUM names it, else it is looked for."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def browser() -> str | None:
    """Return the program, or None where there is none."""
    return os.environ.get("CHROMIUM") or next((found for name in _NAMES if (found := shutil.which(name))), None)


def run(program: str, page: Path, *arguments: str) -> None:
    """Let the browser do something with a page, without a network and without a window."""
    profile = page.with_suffix(".profile")
    subprocess.run(
        [
            program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={profile}", *arguments, page.as_uri(),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip


def picture(file: Path) -> tuple[int, int, tuple[int, ...], int]:
    """Return width and height of a PNG, the colour of its first pixel, and how many of its lines differ from the one above."""
    data = file.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert (depth, kind) in {(8, 2), (8, 6)}
    raw, at = b"", 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            raw += data[at + 8 : at + 8 + length]
        at += length + 12
    lines = zlib.decompress(raw)
    step = width * (3 if kind == 2 else 4) + 1
    # of the first line each filter leaves the first pixel as it is; a line filtered by the one above is all zeros where they are equal
    varied = sum(any(lines[place + 1 : place + step]) for place in range(0, len(lines), step))
    return width, height, tuple(lines[1:4]), varied
