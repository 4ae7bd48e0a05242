"""Twelve hexadecimal digits that tell texts apart: of SHA-256, without what `hashlib` loads with it (OpenSSL)."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def digest(text: str) -> str:
    """The first digits for a text."""
    return str(_sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12])


def _found() -> Any:
    for name in ("_sha2", "_sha256"):  # the former from Python 3.12 on
        try:
            return import_module(name).sha256
        except (ImportError, AttributeError):
            continue
    return import_module("hashlib").sha256


_sha256 = _found()
