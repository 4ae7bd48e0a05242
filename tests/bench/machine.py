"""What was measured on: the machine and the versions, in a line."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = {"numpy": "NumPy", "autograd": "autograd", "torch": "PyTorch", "jax": "JAX", "numba": "Numba"}


def described() -> str:
    """Processor, Python, libraries."""
    words = [processor(), f"{os.cpu_count()} cores", f"Python {platform.python_version()}"]
    for package, name in PACKAGES.items():
        try:
            words.append(f"{name} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(words)


def processor() -> str:
    """The processor's name, with the widest vectors that NumPy may use."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    known = {key.strip(): value.strip() for key, value in fields.items()}
    name = known.get("model name", platform.machine())
    flags = known.get("flags", "").split()
    widest = next((f" ({w.upper()})" for w, flag in (("avx512", "avx512f"), ("avx2", "avx2")) if flag in flags), "")
    return name + widest
