"""What errors print, to the character, and that they survive pickling."""

from __future__ import annotations

import linecache
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

import sourcead
from sourcead.errors import (
    ArgumentError,
    ArgumentValueError,
    Diagnosis,
    InternalError,
    MissingRuleError,
    Place,
    SourceADError,
    SourceUnavailableError,
    UnsupportedError,
    display_path,
)

ERRORS = (
    SourceADError,
    UnsupportedError,
    MissingRuleError,
    SourceUnavailableError,
    ArgumentError,
    ArgumentValueError,
    InternalError,
)

At = Callable[..., Place]


@pytest.fixture
def at(request: pytest.FixtureRequest) -> At:
    """Make the place of some text in a file that consists of the given lines."""

    def place(
        lines: str, marked: str, line: int = 1, end: tuple[int, int] | None = None, function: str = "loss"
    ) -> Place:
        file = f"<{request.node.name}>"
        linecache.cache[file] = (len(lines), None, lines.splitlines(keepends=True), file)
        request.addfinalizer(lambda: linecache.cache.pop(file, None))
        text = lines.splitlines()[line - 1]
        column = text.index(marked)
        end_line, end_column = end or (line, column + len(marked))
        return Place(file, line, column, end_line, end_column, function, text.strip(), line)

    return place


def test_one_diagnosis_prints_as_the_contract_has_it(at: At) -> None:
    place = at("\n" * 40 + "    return kv(nu, x).sum()\n", "kv(nu, x)", 41)
    error = MissingRuleError(
        Diagnosis(
            "no derivative rule for scipy.special.kv",
            place,
            ("x is differentiated here (argument 0 of loss)",),
            "declare one:  @sourcead.adjoint(scipy.special.kv)  def rule(g, y, nu, x): ...",
        )
    )
    assert str(error) == (
        "no derivative rule for scipy.special.kv\n"
        f"  --> {place.file}:41:12, in loss\n"
        "   41 |     return kv(nu, x).sum()\n"
        "      |            ^^^^^^^^^\n"
        "  x is differentiated here (argument 0 of loss)\n"
        "  help: declare one:  @sourcead.adjoint(scipy.special.kv)  def rule(g, y, nu, x): ..."
    )


def test_several_diagnoses_follow_a_count(at: At) -> None:
    place = at("yield x\n", "yield x", function="")
    error = UnsupportedError(Diagnosis("first", place), Diagnosis("second", help="do\nthis"), "third")
    assert str(error) == (
        "3 constructs cannot be differentiated\n"
        "\n"
        "first\n"
        f"  --> {place.file}:1:1\n"
        "    1 | yield x\n"
        "      | ^^^^^^^\n"
        "\n"
        "second\n"
        "  help: do\n"
        "        this\n"
        "\n"
        "third"
    )


def test_span_over_several_lines_is_clipped_to_the_first(at: At) -> None:
    place = at("f(x,  \n  y)\n", "f(x,", end=(2, 4))
    assert str(Diagnosis("no", place)).splitlines()[2:] == ["    1 | f(x,", "      | ^^^^"]


def test_empty_span_has_one_caret(at: At) -> None:
    place = at("pass\n", "pass", end=(1, 0))
    assert str(Diagnosis("no", place)).splitlines()[3] == "      | ^"


def test_tabs_are_expanded_and_wide_characters_take_two_columns(at: At) -> None:
    place = at("\tw = 日本(x)\t+ f(y)\n", "f(y)")
    assert str(Diagnosis("no", place)).splitlines()[2:] == [
        "    1 |     w = 日本(x) + f(y)",
        "      |                   ^^^^",
    ]
    place = at("日本 + e\u0301(日) + 1\n", "e\u0301(日)")
    assert str(Diagnosis("no", place)).splitlines()[3] == "      |        ^^^^^"


def test_long_line_numbers_widen_the_gutter(at: At) -> None:
    place = at("\n" * 123455 + "x\n", "x", 123456)
    assert str(Diagnosis("no", place)).splitlines()[2:] == ["  123456 | x", "         | ^"]


def test_missing_line_leaves_the_location_alone() -> None:
    place = Place("<nowhere>", 3, 4, 3, 6, "loss", "x = y", 3)
    assert str(UnsupportedError(Diagnosis("no", place))) == "no\n  --> <nowhere>:3:5, in loss"


def test_line_that_is_no_longer_the_one_read_is_not_shown(at: At) -> None:
    place = at("x = yield\n", "yield")
    linecache.cache[place.file] = (1, None, ["something else altogether\n"], place.file)
    assert str(Diagnosis("no", place)) == f"no\n  --> {place.file}:1:5, in loss"


def test_paths_are_relative_inside_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert display_path(str(tmp_path / "sub" / "pkg" / "model.py")) == str(Path("pkg", "model.py"))
    assert display_path(str(tmp_path / "sub" / "..model.py")) == "..model.py"
    assert display_path(str(tmp_path / "model.py")) == str(tmp_path / "model.py")
    assert display_path("<stdin>") == "<stdin>"


@pytest.mark.parametrize("cls", ERRORS)
def test_pickling_keeps_class_text_and_diagnoses(cls: type[SourceADError]) -> None:
    error = cls(Diagnosis("no", Place("a.py", 1, 2, 3, 4, "f", "s", 1), ("note",), "help"), Diagnosis("two"))
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is cls
    assert copy.diagnoses == error.diagnoses
    assert str(copy) == str(error)


@pytest.mark.parametrize("cls", ERRORS)
def test_every_error_is_public_and_named_so(cls: type[SourceADError]) -> None:
    assert getattr(sourcead, cls.__name__) is cls
    assert cls.__module__ == "sourcead"
    assert issubclass(cls, SourceADError)


def test_argument_errors_are_what_python_raises() -> None:
    with pytest.raises(TypeError, match=r"^x is a bool$"):
        raise ArgumentError("x is a bool")
    with pytest.raises(ValueError, match=r"^argnums"):
        raise ArgumentValueError("argnums is out of range")


def test_internal_error_names_stage_line_and_cause(at: At) -> None:
    place = at("y = x\n", "x")
    error = InternalError.during("adjoint", KeyError("y"), place)
    assert str(error) == (
        "sourcead failed in its own stage 'adjoint'\n"
        f"  --> {place.file}:1:5, in loss\n"
        "    1 | y = x\n"
        "      |     ^\n"
        "  KeyError: 'y'\n"
        "  help: this is a defect of sourcead; please report it with this text and the function"
    )
    assert "\n  AssertionError\n" in str(InternalError.during("lower", AssertionError()))
