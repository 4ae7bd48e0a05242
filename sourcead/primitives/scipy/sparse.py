"""Sparse matrices: constant operands of products with arrays."""

from __future__ import annotations

import scipy.sparse

from sourcead.primitives.registry import declare_matrices

declare_matrices(scipy.sparse.sparray, scipy.sparse.spmatrix)
