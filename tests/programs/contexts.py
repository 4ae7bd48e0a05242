"""Programs with `with`, `try`, `except` and `finally`."""

# ruff: noqa: SIM105

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("contexts")
CONFIG = {"rate": 0.5}


class Scale:
    """Says a factor while it is entered."""

    def __init__(self, factor: Any) -> None:
        self.factor = factor

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        self.factor = 0.0


@contextlib.contextmanager
def region(factor: Any) -> Iterator[Any]:
    yield factor


@programs(array(3, low=0.1), again=(array(5, low=0.1),))
def errstate_around_a_logarithm(x: Any) -> Any:
    y = x * 2
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.log(y) * x
        w = np.where(y > 0, z, 0.0)
    return (w * y).sum()


@programs(0.7)
def several_managers(x: Any) -> Any:
    with Scale(3.0) as s, contextlib.nullcontext(x * x) as n, region(2.0) as r:
        y = x * n * s.factor
        z = r * y
    return y * z


@programs(0.7, again=[(-0.7,), (2.0,)])
def return_from_within(x: Any) -> Any:
    with Scale(3.0) as s:
        if x < 0:
            return x * x
        with np.errstate(all="ignore"):
            y = x * s.factor
            if y > 5:
                return y * y
        y = y + x
    return y * x


@programs(array(4), again=(array(7),))
def break_and_continue_from_within(xs: Any) -> Any:
    total = 0.0
    for k, x in enumerate(xs):
        with region(k):
            if k == 1:
                continue
            if k == 5:
                break
            total = total * x + x
        total = total * 2
    return total


@programs(array(3), again=(array(5),))
def store_within(x: Any) -> Any:
    a = x * 2
    with np.errstate(all="ignore"):
        a[0] = a[1] * a[2]
        a *= 3
    return a @ x


@programs(1.5, "rate", again=(0.5, "rate"))
def look_up_with_a_default(x: Any, key: Any) -> Any:
    try:
        rate = CONFIG[key]
    except KeyError:
        rate = 2.0
    try:
        other = CONFIG[key + "s"]
    except (KeyError, IndexError) as error:
        other = len(str(error))
    return rate * x * x + other * x


@programs(array(3, low=0.1), again=(array(5, low=0.1),))
def active_body(x: Any) -> Any:
    try:
        y = np.log(x) * 2
        if y[0] > 100:
            raise ValueError("large")
    except ValueError as error:
        raise RuntimeError("no") from error
    except TypeError:
        y = x
    else:
        y = y * x
    return (y * x).sum()


@programs(1.5, again=[(-1.5,), (0.25,)])
def return_from_a_body(x: Any) -> Any:
    try:
        if x < 0:
            return x * x
        y = math.sqrt(x)
        if y < 1:
            return y
    finally:
        z = x * x
    return y * z


@programs(array(4), again=(array(7),))
def handlers_in_a_loop(xs: Any) -> Any:
    total = 0.0
    for k, x in enumerate(xs):
        try:
            weight = (3.0, 2.0)[k]
        except IndexError:
            weight = 0.5
            if k == 5:
                break
        total = total * x + weight * x
    return total


@programs(1.5)
def old_value_kept(x: Any) -> Any:
    n = 2
    try:
        n = int("no")
    except ValueError:
        pass
    return x**n


@programs(1.5)
def nested_bodies(x: Any) -> Any:
    try:
        try:
            n = int("no")
        except ValueError:
            n = int("3")
        finally:
            m = 2
    except (ValueError, TypeError):
        n = 5
        m = 1
    return x**n * m


@programs(array(4), again=(array(7),))
def continue_from_a_handler(xs: Any) -> Any:
    total = 0.0
    for k, x in enumerate(xs):
        try:
            weight = (3.0, 2.0, 4.0)[k - 1]
        except IndexError:
            continue
        else:
            weight = weight + 1
        total = total * x + weight * x
    return total


@programs(array(4), again=(array(7),))
def active_body_in_a_loop(xs: Any) -> Any:
    total = 0.0
    for x in xs:
        try:
            y = math.exp(x) * total
        except OverflowError:
            y = x
        total = y * x + x
    return total


@programs(1.5)
def stores_in_a_body_that_is_left_by_raising(x: Any) -> Any:
    a = np.zeros(2)
    items = [x]
    try:
        a[0] = x * x
        items.append(a[0])
    except ValueError:
        raise RuntimeError("no") from None
    finally:
        print("done")
    return a.sum() * items[1]


class Door:
    """Remembers whether it is open; what enters it may change its rate."""

    def __init__(self, rate: Any) -> None:
        self.rate, self.open, self.seen = rate, False, 0

    def __enter__(self) -> Any:
        self.open = True
        return self

    def __exit__(self, *error: object) -> None:
        self.open = False
        self.seen += 0


@programs(0.7, 1.3, argnums=(0, 1))
def attributes_of_a_manager(x: Any, y: Any) -> Any:
    with Scale(x) as s:
        a = s.factor * x
        s.factor = y
    b = s.factor + a
    try:
        s.factor = x * y
        kept = s
    finally:
        kept = None
        s.other = y
    return (a * 2 + b) * s.factor * s.other + (0.0 if kept is None else 1.0)


@programs(array(4), 1.3, argnums=(0, 1), again=[(array(7), 0.2)])
def manager_in_a_loop(xs: Any, y: Any) -> Any:
    total = 0.0
    for x in xs:
        with Scale(x) as s:
            total = total * s.factor + y
            s.factor = total
        total = total + s.factor
    return total


@programs(0.7, 1.3, argnums=(0, 1))
def suppressed(x: Any, y: Any) -> Any:
    d, items = {"a": 1.0}, [x]
    with contextlib.suppress(ZeroDivisionError, KeyError):
        d["b"] = d["a"] * 3 * y
        items.append(y)
        a = x * y
    return x * d["b"] * items[-1] * a


@programs(0.7, 1.3, argnums=(0, 1))
def suppressed_without_anything_bound(x: Any, y: Any) -> Any:
    d: dict[str, Any] = {}
    with contextlib.suppress(KeyError, TypeError):
        print(d["q"])
    with contextlib.suppress():  # noqa: B022 -- it swallows nothing
        print(x)
    return x * y


@programs(array(4), again=(array(7),))
def return_from_within_a_suppressed_body(xs: Any) -> Any:
    total = 1.0
    for k, x in enumerate(xs):
        with contextlib.suppress(ValueError):
            total = total * x + x
            if k == 5:
                return total
    return total * 2


@programs(array(3), 1.3, argnums=(0, 1), again=[(array(5), 0.2)])
def stores_in_a_body_with_a_handler_that_goes_on(x: Any, y: Any) -> Any:
    a = np.zeros(2)
    d: dict[str, Any] = {}
    view = a[1:]
    try:
        a[0] = x[0] * y
        view[0] = y
        d["k"] = a[0]
    except ValueError:
        d["k"] = 0.0
    for k in range(len(x)):
        a[0] += x[k] * d["k"]
    return a.sum() * view[0]


@programs(array(4), 1.3, argnums=(0, 1), again=[(array(7), 0.2)])
def stores_in_a_body_in_a_loop(xs: Any, y: Any) -> Any:
    a = np.ones(3)
    sums = [0.0]
    for k, x in enumerate(xs):
        try:
            a[k % 3] *= x * y
            sums[0] = sums[0] + a[0]
        except (IndexError, ZeroDivisionError):
            continue
        a[1] += 0.5
    return a.sum() * sums[0]
