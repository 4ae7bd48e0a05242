"""From text to resolved IR.

`WRITTEN` says when, and how long, each file that lowers was written: asked before any of them is read, so that what is
stored of their work is never taken for that of a text they had no part in.
"""

from __future__ import annotations

import os

FOLDER = os.path.dirname(os.path.abspath(__file__))


def written(folders: tuple[str, ...]) -> str:
    """The times and sizes of the modules in these folders; "" where there are none to be seen."""
    found = []
    for folder in folders:
        try:
            with os.scandir(folder) as entries:
                files = sorted((entry.name, entry.stat()) for entry in entries if entry.name.endswith(".py"))
        except OSError:
            return ""
        found += [f"{name} {stat.st_mtime_ns} {stat.st_size}" for name, stat in files]
    return "\n".join(found)


WRITTEN = written((FOLDER, os.path.dirname(FOLDER)))
