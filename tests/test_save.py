"""Saved modules stand alone, check their arguments, and are written whole or not at all."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sourcead import ArgumentError, grad, save
from sourcead.backend.standalone import assemble, names_bound
from sourcead.guard import Assumption
from sourcead.ir import Capture
from sourcead.kinds import Scalar
from tests.fakes import Compiler, Request, compiler

__all__ = ["compiler"]

TEXT = '''import numpy as np


def derived(w, params, mode="sum", type=None):
    """The gradient."""
    return 2 * w * rate
'''
RATE, TABLE = 0.25, np.zeros(3)


def run(path: Path, code: str) -> str:
    """Run code beside the saved module, where sourcead cannot be imported."""
    script = f"import sys; sys.path = [p for p in sys.path if p not in ('', {os.getcwd()!r})]\n"
    script += "sys.modules['sourcead'] = None\n"
    script += f"sys.path.insert(0, {str(path.parent)!r}); import numpy as np; from {path.stem} import *\n{code}"
    done = subprocess.run([sys.executable, "-c", script], cwd=path.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def with_cell(rate: Any, compiler: Compiler) -> Any:
    def loss(w: Any, params: Any, mode: Any = "sum", type: Any = None) -> Any:
        return rate * w * w

    def write(request: Request) -> Any:
        return TEXT, (Capture("rate", "cell", loss.__closure__[0]), Capture("np", "global")), ()  # type: ignore[index]

    compiler.write = write
    return grad(loss)


PARAMS = {"W": [np.zeros((2, 3))], "act": np.tanh, "n": (1, np.float32(2))}


def test_round_trip(tmp_path: Path, compiler: Compiler) -> None:
    path = tmp_path / "gradient.py"
    with_cell(0.5, compiler).specialize(np.zeros(3), PARAMS).save(path)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("import numpy as np\n\nrate = 0.5  # captured by loss, tests")
    assert '    """The gradient."""\n    _check_arguments(w, params, mode, type)\n    return 2 * w * rate\n' in text
    params = "{'W': [np.ones((5, 4))] * 2, 'act': np.tanh, 'n': (7, np.float32(1))}"
    assert run(path, f"print(derived(np.ones(2), {params}))") == "[1. 1.]\n"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("derived(1.0, P)", "w must be a float64 array of 1 axis, got float"),
        ("derived(np.ones(3, 'f4'), P)", "w must be a float64 array of 1 axis, got float32 array of shape (3,)"),
        ("derived(np.ones(1), P)", "w must have a size other than 1 on axis 0, got float64 array of shape (1,)"),
        ("derived(np.ones(2), [])", "params must be a dict with the keys 'W', 'act', 'n', in this order, got list"),
        (
            "derived(np.ones(2), {**P, 'W': [np.ones(3)]})",
            "params['W'] must be a list, not empty, with every item a float64 array",
        ),
        ("derived(np.ones(2), {**P, 'act': np.sin})", "params['act'] must be tanh, got ufunc"),
        ("derived(np.ones(2), {**P, 'n': (True, 1.0)})", "params['n'][0] must be an int, got bool"),
        ("derived(np.ones(2), P, 'mean')", "mode must be 'sum', got str"),
        ("derived(np.ones(2), P, type=1)", "type must be None, got int"),
    ],
)
def test_arguments_of_other_kinds_are_refused(call: str, words: str, tmp_path: Path, compiler: Compiler) -> None:
    path = tmp_path / "gradient.py"
    with_cell(1, compiler).specialize(np.zeros(3), PARAMS).save(path)
    code = "P = {'W': [np.ones((5, 4))], 'act': np.tanh, 'n': (7, np.float32(1))}\n"
    code += f"try: {call}\nexcept TypeError as e: print(e)"
    assert words in run(path, code)


def test_without_check(tmp_path: Path, compiler: Compiler) -> None:
    path = tmp_path / "gradient.py"
    with_cell(1.5, compiler).specialize(np.zeros(3), PARAMS).save(path, check=False)
    assert path.read_text(encoding="utf-8").count("def ") == 1
    assert run(path, "print(derived(2.0, None))") == "6.0\n"


def test_generic(tmp_path: Path, compiler: Compiler) -> None:
    path = tmp_path / "gradient.py"
    with_cell(1.5, compiler).save(str(path))
    assert run(path, "print(derived(2.0, None))") == "6.0\n"


@dataclasses.dataclass
class Layer:
    W: Any


def test_classes_and_functions_of_the_user_are_known_by_name(tmp_path: Path, compiler: Compiler) -> None:
    path = tmp_path / "gradient.py"
    compiler.write = lambda request: "import numpy as np\ndef derived(layer, f, n):\n    return layer.W\n"
    grad(lambda layer, f, n: layer.W).specialize(Layer(1.0), with_cell, np.longlong(1)).save(path)
    code = "class Layer: W = 1.0\ndef with_cell(): ...\nprint(derived(Layer(), with_cell, np.int64(1)))"
    assert run(path, code) == "1.0\n"


@pytest.mark.parametrize(
    "value",
    [
        3,
        -2.5,
        True,
        None,
        "text",
        float("inf"),
        float("-inf"),
        float("nan"),
        1 + 2j,
        complex(0, float("nan")),
        np.float32(0.1),
        np.float64("nan"),
        np.int8(3),
        np.bool_(True),
        (1.0, (2,)),
        (),
        np.longdouble(0.5),
    ],
)
def test_captured_numbers_become_literals(value: Any) -> None:
    literal = save._literal(value)
    assert literal is not None
    again = eval(literal, {"np": np})
    assert type(again) is type(value) and repr(again) == repr(value)


@pytest.mark.parametrize("value", [np.zeros(3), [1.0], {"a": 1}, object(), (np.zeros(2),), types.SimpleNamespace()])
def test_captured_objects_are_refused(value: Any, tmp_path: Path, compiler: Compiler) -> None:
    with pytest.raises(ArgumentError, match="cannot save rate") as caught:
        with_cell(value, compiler).save(tmp_path / "gradient.py")
    assert "help: pass it to loss as an argument" in str(caught.value)
    assert os.listdir(tmp_path) == []


def test_globals_modules_builtins_and_what_is_missing(tmp_path: Path, compiler: Compiler) -> None:
    path = tmp_path / "gradient.py"
    captures = (Capture("RATE", "global"), Capture("la", "object", np.linalg), Capture("len", "global"))
    compiler.write = lambda request: (
        "import numpy as np\n\n\ndef derived(w): return RATE * len([w]), la.norm(w)",
        captures,
        (),
    )
    grad(lambda w: w * RATE).save(path)
    assert run(path, "print(*derived(2.0))") == "0.25 2.0\n"
    captures = (
        Capture("TABLE", "global"),
        Capture("MISSING", "global"),
        Capture("sourcead", "object", sys.modules["sourcead"]),
    )
    with pytest.raises(ArgumentError) as caught:
        grad(lambda w: w * RATE).save(path)
    assert len(caught.value.diagnoses) == 3
    assert "RATE = 0.25" in path.read_text(encoding="utf-8")


def test_what_has_changed_since_is_not_saved(
    tmp_path: Path, compiler: Compiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    fact = Assumption((("global", "RATE"),), Scalar("pyfloat"))
    text = "def derived(w):\n    return w * RATE\n"
    compiler.write = lambda request: (text, (Capture("RATE", "global"),), (fact,))
    special = grad(lambda w: w * RATE).specialize(1.0)
    special.save(tmp_path / "gradient.py")
    monkeypatch.setitem(globals(), "RATE", 3)
    with pytest.raises(ArgumentError, match="RATE must be a float, got 3"):
        special.save(tmp_path / "gradient.py")
    assert "RATE = 0.25" in (tmp_path / "gradient.py").read_text(encoding="utf-8")


def test_a_failed_write_leaves_what_was_there(
    tmp_path: Path, compiler: Compiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "gradient.py"
    path.write_text("before", encoding="utf-8")

    def fail(*args: Any) -> None:
        raise OSError("disk full")

    for broken in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(os, broken, fail)
            with pytest.raises(OSError, match="disk full"):
                with_cell(1.0, compiler).save(path)
        assert os.listdir(tmp_path) == ["gradient.py"]
        assert path.read_text(encoding="utf-8") == "before"
    with pytest.raises(FileNotFoundError):
        with_cell(1.0, compiler).save(tmp_path / "none" / "gradient.py")


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_a_link_is_written_through(tmp_path: Path, compiler: Compiler) -> None:
    (tmp_path / "link.py").symlink_to(tmp_path / "file.py")
    with_cell(1.0, compiler).save(tmp_path / "link.py")
    assert (tmp_path / "link.py").is_symlink()
    assert "rate = 1.0" in (tmp_path / "file.py").read_text(encoding="utf-8")


def test_assembling() -> None:
    text = "import math\n\nA = B = 1\n\n\n@staticmethod\ndef f(x):\n    return x\n"
    assert names_bound(text + "from os import path as p, sep\nclass C: ...\n") == {
        "math",
        "A",
        "B",
        "f",
        "p",
        "sep",
        "C",
    }
    whole = assemble(text, "f", ["import os"], ["k = 1"], "def g(): ...\n", "g()")
    assert whole == (
        "import math\nimport os\n\nk = 1\n\nA = B = 1\n\n\n"
        "def g(): ...\n\n\n@staticmethod\ndef f(x):\n    g()\n    return x\n"
    )
