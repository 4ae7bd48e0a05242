"""The functions of library modules, as functions of the user's own: code that nobody wrote for this compiler."""

# ruff: noqa: SIM905 -- tables of words

from __future__ import annotations

import functools
import importlib
import inspect
import warnings
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

PYTHON = """statistics heapq bisect colorsys fractions textwrap random calendar difflib json json.decoder json.encoder
json.scanner csv string copy dataclasses functools contextlib operator _pydatetime datetime _pydecimal numbers
enum types shlex fnmatch posixpath ntpath glob tokenize ast dis opcode inspect traceback linecache pprint reprlib
locale gettext configparser argparse optparse logging queue sched collections abc html html.parser urllib.parse
base64 hashlib hmac uuid zipfile tarfile gzip tempfile shutil struct ipaddress mimetypes plistlib pickle
pickletools copyreg cmd code codeop getopt keyword symtable tabnanny timeit turtle trace unittest.mock
unittest.case xml.etree.ElementTree
""".split()

NUMPY = """numpy.lib._function_base_impl numpy.lib._shape_base_impl numpy.lib._arraysetops_impl
numpy.lib._nanfunctions_impl
numpy.lib._twodim_base_impl numpy.lib._index_tricks_impl numpy.lib._type_check_impl numpy.lib._arraypad_impl
numpy.lib._polynomial_impl numpy.lib._stride_tricks_impl numpy.lib._histograms_impl numpy.lib._npyio_impl
numpy.lib._utils_impl numpy.lib._ufunclike_impl numpy.lib._scimath_impl numpy.lib._iotools numpy.lib.scimath
numpy.linalg._linalg numpy.fft._pocketfft numpy.fft._helper numpy.polynomial.polynomial numpy.polynomial.chebyshev
numpy.polynomial.hermite numpy.polynomial.legendre numpy.polynomial.laguerre numpy.polynomial.polyutils
numpy.polynomial._polybase numpy.ma.core numpy.ma.extras numpy._core.numeric numpy._core.fromnumeric
numpy._core.shape_base numpy._core.function_base numpy._core._methods numpy._core.arrayprint
numpy._core.einsumfunc numpy.testing._private.utils numpy.matrixlib.defmatrix numpy.lib.recfunctions
""".split()

SCIPY = """scipy.optimize._optimize scipy.optimize._linesearch scipy.optimize._root scipy.optimize._minpack_py
scipy.optimize._trustregion scipy.optimize._zeros_py scipy.stats._stats_py scipy.stats._morestats
scipy.stats._continuous_distns scipy.signal._filter_design scipy.signal._signaltools scipy.signal.windows._windows
scipy.interpolate._cubic scipy.interpolate._rbfinterp scipy.integrate._quadrature scipy.integrate._ivp.rk
scipy.integrate._ivp.bdf scipy.linalg._decomp scipy.linalg._basic scipy.linalg._matfuncs
scipy.linalg._special_matrices scipy.special._basic scipy.special._orthogonal scipy.spatial.distance
scipy.spatial.transform._rotation_groups scipy.ndimage._filters scipy.cluster.hierarchy scipy.fft._realtransforms
scipy.sparse._base
""".split()


def functions(module_name: str) -> Iterator[tuple[str, Callable[..., Any], bool]]:
    """The functions and methods written in a module: (name, a copy that is no library's, is a method); nothing where
    the module is not there."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = importlib.import_module(module_name)
    except ImportError:
        return
    for owner in (module, *(c for c in vars(module).values() if isinstance(c, type) and c.__module__ == module_name)):
        for name, member in list(vars(owner).items()):
            function = _plain(member)
            if function is not None and function.__module__ == module_name and _has_text(function):
                where = f"{module_name}.{'' if owner is module else f'{owner.__name__}.'}{name}"
                yield where, own(function), owner is not module and not isinstance(member, staticmethod)


def own(function: FunctionType) -> Callable[..., Any]:
    """A copy of a function that claims to be the user's: libraries are differentiated by rules, never by their text."""
    names = {**function.__globals__, "__name__": "sweep"}
    copy = FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__qualname__ = function.__name__
    return copy


def _plain(member: Any) -> FunctionType | None:
    if isinstance(member, property):
        member = member.fget
    elif isinstance(member, functools.cached_property):
        member = member.func
    elif isinstance(member, staticmethod | classmethod):
        member = member.__func__
    while not isinstance(member, FunctionType) or (
        hasattr(member, "__wrapped__") and member.__code__.co_name != member.__name__
    ):
        member = inspect.getattr_static(member, "__wrapped__", None)
        if member is None:
            return None
    return member


def _has_text(function: FunctionType) -> bool:
    return not function.__code__.co_filename.startswith("<")
