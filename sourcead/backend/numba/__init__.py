"""The Numba backend: the same derivative, kept inside what Numba compiles.

    derivative -> wrapper and kernel -> stacks as arrays -> each op as Numba takes it -> ints bounded -> written

Right or refused: what Numba would compute otherwise than Python and NumPy do is rewritten, or refused with its line.
"""

from __future__ import annotations

import importlib.util

from sourcead.backend.numba.additions import with_first_additions_assigned
from sourcead.backend.numba.bounds import all_in_range
from sourcead.backend.numba.buffers import with_buffers_outside
from sourcead.backend.numba.fusing import fused
from sourcead.backend.numba.helpers import helper_text
from sourcead.backend.numba.integers import with_bounded_integers
from sourcead.backend.numba.parts import parted
from sourcead.backend.numba.rewriting import refuse
from sourcead.backend.numba.stacks import without_stacks
from sourcead.backend.numba.table import check_effects, supported
from sourcead.backend.tree import form_of
from sourcead.backend.writer import write
from sourcead.errors import Diagnosis, MissingPackageError
from sourcead.ir import Function, walk
from sourcead.records import replace
from sourcead.sizes import Sizes


def write_for_numba(function: Function, sizes: Sizes | None = None) -> str:
    """The text of a module whose function calls a kernel that Numba compiles.

    Raises:
        MissingPackageError: Numba is not installed.
        UnsupportedError: what Numba cannot take, with the line.
    """
    if importlib.util.find_spec("numba") is None:
        raise MissingPackageError(Diagnosis("Numba is not installed", None, (), "pip install sourcead[numba]"))
    return write(for_numba(function, sizes), helpers=helper_text)


def for_numba(function: Function, sizes: Sizes | None = None) -> Function:
    """The wrapper, with its kernel as a further function; of a pullback, both sweeps so."""
    sweeps = {op.attr("callee") for op in function.body.ops if op.name in ("invoke", "pullback")}
    whole = not any(op.name == "pullback" for op in function.body.ops)
    for further in function.further:
        if whole or further.name not in sweeps:
            refuse("a function that calls itself, or is called as a whole", further.at or function.at)
    parts = [part for further in function.further for part in _parts(further, sizes)]
    *kernels, wrapper = _parts(function, sizes) if whole else (*parts, function)
    return replace(wrapper, further=tuple(kernels))


def _parts(function: Function, sizes: Sizes | None) -> tuple[Function, ...]:
    """The kernels of a function, and the wrapper."""
    check_effects(function)
    wrapper, kernels = parted(function, sizes)
    for op in walk(wrapper.body):
        form, _, word = form_of(op).partition(" ")
        if form == "helper" and not helper_text(word):
            refuse(f"`{word}` has no text for it", op.at or function.at)
    return (*map(_compiled, kernels), wrapper)


def _compiled(kernel: Function) -> Function:
    """A kernel as Numba takes it."""
    kernel = fused(supported(without_stacks(kernel)))
    kernel = with_bounded_integers(with_first_additions_assigned(with_buffers_outside(kernel)))
    check = "" if all_in_range(kernel) else "boundscheck=True, "
    begins = next((op for op in kernel.body.ops if op.outs), None)
    parted_too = kernel.parted and begins is not None and not begins.backward
    return replace(kernel, decorators=(f'numba.njit({check}error_model="numpy")',), parted=parted_too)
