"""The layers of the package: an import points down or stays in its layer; each foreign package has its own place."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "sourcead"

# Bottom to top. A name stands for the module or for the folder and all in it; the longest name that fits decides.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("sourcead.digests", "sourcead.emission", "sourcead.errors", "sourcead.ir", "sourcead.kinds", "sourcead.measures",
     "sourcead.records", "sourcead.setters", "sourcead.sizes", "sourcead.switches", "sourcead.version"),
    ("sourcead.verify", "sourcead.interpret", "sourcead.dump"),
    ("sourcead.conditions", "sourcead.guard", "sourcead.signature"),
    ("sourcead.runtime",),
    ("sourcead.primitives",),
    ("sourcead.rules",),
    ("sourcead.passes",),
    ("sourcead.frontend",),
    ("sourcead.transform",),
    ("sourcead.backend",),
    ("sourcead.pipeline", "sourcead.head"),
    ("sourcead.api", "sourcead.derivative", "sourcead.callee", "sourcead.cache", "sourcead.overlap",
     "sourcead.save", "sourcead.report", "sourcead.compiling", "sourcead.specialization", "sourcead.leaves",
     "sourcead.drivers", "sourcead.jacobians", "sourcead.checking", "sourcead.differences", "sourcead.points",
     "sourcead.holding", "sourcead.curvature", "sourcead.ledger", "sourcead"),
    ("sourcead.cli",),
)
RANKS = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}

ROOMS_SEE = {
    "sourcead.backend": {*LAYERS[0], *LAYERS[1], "sourcead.backend"},
    "sourcead.passes": {*LAYERS[0], "sourcead.primitives", "sourcead.passes"},
    "sourcead.runtime": {"sourcead.runtime"},
}
# The front end reads gast; two of its files read ast: they bound a text's depth before gast recurses, and compile it.
FOREIGN_HOMES = {
    "gast": {"sourcead.frontend"},
    "ast": {"sourcead.backend", *(f"sourcead.frontend.{name}" for name in ("text", "samecode", "spines"))},
    "astor": {"sourcead.backend"},
    "numba": {"sourcead.backend.numba"},  # read when its backend is asked for
    "pygments": {"sourcead.cli"},
    "scipy": {"sourcead.primitives.scipy", "sourcead.rules.scipy"},  # read when the user has imported it
}
RUNTIME_SEES = {"numpy", "math", "sys"}


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def room_of(module: str) -> str | None:
    """The entry of LAYERS that a module belongs to. `sourcead` itself stands for its `__init__` alone."""
    parts = module.split(".")
    for length in range(len(parts), 1, -1):
        if ".".join(parts[:length]) in RANKS:
            return ".".join(parts[:length])
    return module if module in RANKS else None


def rank_of(module: str) -> int:
    """The height of a module's layer; -1 where it has none, which a test of its own reports."""
    return RANKS.get(room_of(module) or "", -1)


def lives_in(module: str, homes: set[str]) -> bool:
    """Whether a module is one of these, or lies in one of these folders."""
    return any(module == home or module.startswith(f"{home}.") for home in homes)


def imports(module: str, path: Path) -> Iterator[tuple[int, str]]:
    """(line, imported module) of every import, also those inside functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *filter(None, [base])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield node.lineno, inner if inner in MODULES else base


IMPORTS = [(module, line, target) for module, path in MODULES.items() for line, target in imports(module, path)]
OWN = [(module, line, target) for module, line, target in IMPORTS if target.split(".")[0] == "sourcead"]
FOREIGN = [(module, line, target) for module, line, target in IMPORTS if target.split(".")[0] != "sourcead"]


def report(wrong: list[tuple[str, int, str]]) -> str:
    return "\n".join(f"{MODULES[module].relative_to(ROOT)}:{line} imports {target}" for module, line, target in wrong)


def test_the_package_was_found() -> None:
    assert {"sourcead", "sourcead.ir", "sourcead.frontend"} <= MODULES.keys()
    assert ("sourcead.ir", "sourcead.errors") in {(module, target) for module, _, target in OWN}


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_a_layer(module: str) -> None:
    assert room_of(module) is not None, f"{module} stands in no layer of this test"


def test_imports_point_down() -> None:
    wrong = [(m, line, t) for m, line, t in OWN if rank_of(m) < rank_of(t)]
    assert not wrong, report(wrong)


@pytest.mark.parametrize("room", ROOMS_SEE)
def test_rooms_see_no_more_than_they_need(room: str) -> None:
    own = [(m, line, t) for m, line, t in OWN if room_of(m) == room]
    wrong = [(m, line, t) for m, line, t in own if room_of(t) not in ROOMS_SEE[room]]
    assert own and not wrong, report(wrong)


@pytest.mark.parametrize("package", FOREIGN_HOMES)
def test_foreign_packages_stay_in_their_place(package: str) -> None:
    users = [(m, line, t) for m, line, t in FOREIGN if t.split(".")[0] == package]
    wrong = [(m, line, t) for m, line, t in users if not lives_in(m, FOREIGN_HOMES[package])]
    assert not wrong, report(wrong)


def test_the_run_time_knows_numpy_alone() -> None:
    own = [(m, line, t) for m, line, t in FOREIGN if room_of(m) == "sourcead.runtime" and t != "__future__"]
    wrong = [(m, line, t) for m, line, t in own if t not in RUNTIME_SEES]
    assert own and not wrong, report(wrong)


def test_nothing_else_is_imported() -> None:
    allowed = sys.stdlib_module_names | {"numpy", *FOREIGN_HOMES}
    wrong = [(m, line, t) for m, line, t in FOREIGN if t.split(".")[0] not in allowed]
    assert not wrong, report(wrong)
