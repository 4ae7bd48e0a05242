"""The public functions of NumPy, each in one of four words:

    rule          it has a derivative rule
    linear        it has one, and says in which arguments it is linear
    nondiff       its result carries no derivative
    not covered   why not, and what to write instead; called with what is differentiated it is refused

What is not covered still works on everything that is not differentiated. Names hold for the NumPy that has them.
"""

from __future__ import annotations

from functools import cache

RULE, LINEAR, NONDIFF, NOT_COVERED = "rule", "linear", "nondiff", "not covered"

_COVERED: dict[str, dict[str, str]] = {
    "np": {
        RULE: """
            geomspace logspace unique
            abs absolute acos acosh amax amin angle arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh atan
            atan2 atanh average cbrt clip copysign corrcoef cos cosh cov cumprod cumulative_prod divmod einsum exp exp2
            expm1 fabs float_power fmax fmin fmod frexp gradient heaviside hypot i0  log log10 log1p log2
            logaddexp logaddexp2 max maximum median min minimum mod modf nan_to_num nancumprod nancumsum nanmax nanmean
            nanmedian nanmin nanpercentile nanprod nanquantile nanstd nansum nanvar nextafter pad partition percentile
            pow power prod ptp quantile reciprocal remainder sin sinc sinh sort sqrt square std tan tanh unwrap vander
            var arange fill_diagonal copyto put put_along_axis putmask place
        """,
        LINEAR: """
            polyadd polyder polyint polymul polysub
            add append array_split asanyarray asarray ascontiguousarray asfortranarray atleast_1d atleast_2d atleast_3d
            array bincount block broadcast_arrays broadcast_to choose column_stack compress concat concatenate conj
            conjugate convolve copy correlate cross cumsum cumulative_sum deg2rad degrees delete diag diagflat diagonal
            diff divide dot dsplit dstack ediff1d expand_dims extract flip fliplr flipud full full_like hsplit hstack
            imag inner insert kron ldexp linspace matmul matrix_transpose matvec mean meshgrid moveaxis multiply
            negative outer permute_dims piecewise positive rad2deg radians ravel real repeat reshape resize roll
            rollaxis rot90 select split squeeze stack subtract sum swapaxes take take_along_axis tensordot tile trace
            transpose trapezoid tril triu true_divide unstack vdot vecdot vecmat vsplit vstack where row_stack
            astype interp polyval
        """,
        NONDIFF: """
            all allclose any argmax argmin argpartition argsort argwhere array2string array_equal array_equiv array_repr
            array_str around base_repr binary_repr bitwise_and bitwise_count bitwise_invert bitwise_left_shift
            bitwise_not bitwise_or bitwise_right_shift bitwise_xor broadcast_shapes can_cast ceil common_type
            count_nonzero diag_indices diag_indices_from digitize einsum_path empty empty_like equal eye fix flatnonzero
            floor floor_divide gcd greater greater_equal identity indices invert isclose iscomplex
            iscomplexobj isdtype isfinite isfortran isin isinf isnan isneginf isposinf isreal isrealobj isscalar
            issubdtype iterable ix_ lcm left_shift less less_equal lexsort logical_and logical_not logical_or
            logical_xor mask_indices may_share_memory min_scalar_type mintypecode nanargmax nanargmin ndim nonzero
            not_equal ones ones_like packbits promote_types ravel_multi_index result_type right_shift rint round
            searchsorted shape shares_memory sign signbit size spacing tri tril_indices tril_indices_from triu_indices
            triu_indices_from trunc typename unpackbits unravel_index zeros zeros_like bartlett blackman hamming hanning

        """,
    },
    "np.linalg": {
        RULE: """
            cholesky cond det eig eigh eigvals eigvalsh inv lstsq matrix_norm matrix_power multi_dot norm pinv qr
            slogdet svd svdvals tensorinv tensorsolve vector_norm
        """,
        LINEAR: "cross diagonal matmul matrix_transpose outer solve tensordot trace vecdot",
        NONDIFF: "matrix_rank",
    },
    "np.fft": {
        RULE: "fftfreq rfftfreq",
        LINEAR: """
            fft fft2 fftn fftshift hfft ifft ifft2 ifftn ifftshift ihfft irfft irfft2 irfftn rfft rfft2 rfftn
        """,
    },
    "np.polynomial.polynomial": {RULE: "polyvander", LINEAR: "polyder polyval"},
    "np.polynomial.chebyshev": {RULE: "chebvander", LINEAR: "chebder chebval"},
    "np.polynomial.legendre": {RULE: "legvander", LINEAR: "legder legval"},
    "np.polynomial.hermite": {RULE: "hermvander", LINEAR: "hermder hermval"},
    "np.polynomial.hermite_e": {RULE: "hermevander", LINEAR: "hermeder hermeval"},
    "np.polynomial.laguerre": {RULE: "lagvander", LINEAR: "lagder lagval"},
    "ndarray": {
        RULE: """
            clip cumprod fill max min partition prod put sort std var
        """,
        LINEAR: """
            T astype choose compress conj conjugate copy cumsum diagonal dot flatten imag item mT mean ravel real
            repeat reshape squeeze sum swapaxes take trace transpose flat tolist
        """,
        NONDIFF: """
            strides
            all any argmax argmin argpartition argsort dtype itemsize nbytes ndim nonzero round searchsorted shape size
        """,
    },
    "ufunc": {
        RULE: "reduce reduceat accumulate outer at",
        NONDIFF: "identity nargs nin nout ntypes resolve_dtypes signature types",
    },
}

_FILES = "it reads or writes files, text or foreign memory: load the data outside of the function"
_SETTINGS = "it asks or changes a setting of NumPy's, which has no value to differentiate"
_DATES = "dates and time spans are no floats"
_DRAWS = "a draw depends on its parameters in no way that is known: write loc + scale * draw, or what else it means"
_SETS = "which entries remain depends on floats being equal: choose the entries by an index or a mask"
_COEFFICIENTS = "arithmetic of coefficients: write it with convolve, or with sums and products of the coefficients"
_ROOTS = "roots and fits of polynomials: solve with np.linalg, or differentiate what the roots satisfy"
_PLAN = "points, weights and helpers of another basis: make them outside of the function"
_LEGACY = "it works through subclasses of ndarray: use arrays"
_CALLS_BACK = "it calls a function for each row or entry: write a loop or a comprehension"
_VALUES = "how many numbers it gives depends on their values: choose them by an index or a mask"

_NOT_COVERED: dict[str, dict[str, str]] = {
    "np": {
        _FILES: """
            from_dlpack frombuffer fromfile fromregex fromstring genfromtxt load loadtxt save savetxt savez
            savez_compressed get_include info show_config show_runtime test format_float_positional
            format_float_scientific
        """,
        _SETTINGS: """
            get_printoptions getbufsize geterr geterrcall printoptions set_printoptions setbufsize seterr seterrcall
        """,
        _DATES: "busday_count busday_offset datetime_as_string datetime_data is_busday isnat",
        _SETS: """
            intersect1d setdiff1d setxor1d union1d unique_all unique_counts unique_inverse unique_values
        """,
        _COEFFICIENTS: "poly polydiv",
        _ROOTS: "polyfit roots",
        _LEGACY: "asmatrix bmat",
        _CALLS_BACK: "apply_along_axis apply_over_axes fromfunction fromiter frompyfunc nested_iters",
        _VALUES: "trim_zeros real_if_close",
        "it counts in bins, which is no smooth function of the data: use a kernel density": """
            histogram histogram2d histogram_bin_edges histogramdd
        """,
        "the derivative with respect to beta is not known to the compiler: use np.i0": "kaiser",
        "use np.sort of the real parts": "sort_complex",
        "use np.asarray": "asarray_chkfinite require",
    },
    "np.linalg": {_FILES: "test"},
    "np.fft": {_FILES: "test"},
    "np.random": {
        _DRAWS: """
            beta binomial bytes chisquare choice default_rng dirichlet exponential f gamma geometric get_bit_generator
            get_state gumbel hypergeometric laplace logistic lognormal logseries multinomial multivariate_normal
            negative_binomial noncentral_chisquare noncentral_f normal pareto permutation poisson power rand randint
            randn random random_integers random_sample ranf rayleigh sample seed set_bit_generator set_state shuffle
            standard_cauchy standard_exponential standard_gamma standard_normal standard_t triangular uniform vonmises
            wald weibull zipf
        """,
        _FILES: "test",
    },
    "Generator": {
        _DRAWS: """
            beta binomial bit_generator bytes chisquare choice dirichlet exponential f gamma geometric gumbel
            hypergeometric integers laplace logistic lognormal logseries multinomial multivariate_hypergeometric
            multivariate_normal negative_binomial noncentral_chisquare noncentral_f normal pareto permutation permuted
            poisson power random rayleigh shuffle spawn standard_cauchy standard_exponential standard_gamma
            standard_normal standard_t triangular uniform vonmises wald weibull zipf
        """,
    },
    "np.polynomial.polynomial": {
        _COEFFICIENTS: "polyadd polydiv polyint polyline polymul polymulx polypow polysub polytrim",
        _ROOTS: "polycompanion polyfit polyfromroots polyroots polyvalfromroots",
        "evaluate with polyval, in one variable after the other": """
            polygrid2d polygrid3d polyval2d polyval3d polyvander2d polyvander3d
        """,
    },
    "ndarray": {
        _FILES: "dump dumps tofile tobytes ctypes data device to_device",
        "memory, not numbers: use reshape, astype and copies": """
            base byteswap flags getfield resize setfield setflags view
        """,
    },
}

_BASES = {
    "chebyshev": "cheb", "legendre": "leg", "hermite": "herm", "hermite_e": "herme", "laguerre": "lag",
}  # fmt: skip
_HELPERS = ("gauss", "interpolate", "pts1", "pts2", "weight")
for _module, _stem in _BASES.items():
    _NOT_COVERED[f"np.polynomial.{_module}"] = {
        _COEFFICIENTS: " ".join(
            _stem + end for end in ("add", "div", "int", "line", "mul", "mulx", "pow", "sub", "trim")
        ),
        _ROOTS: " ".join(_stem + end for end in ("companion", "fit", "fromroots", "roots")),
        _PLAN: " ".join((f"{_stem}2poly", f"poly2{_stem}", *(_stem + end for end in _HELPERS))),
        f"evaluate with {_stem}val, in one variable after the other": " ".join(
            _stem + end for end in ("grid2d", "grid3d", "val2d", "val3d", "vander2d", "vander3d")
        ),
    }


@cache
def classification() -> dict[str, tuple[str, str]]:
    """For each name ("np.linalg.norm", "ndarray.sum") its word, and of what is not covered the reason."""
    found = {
        f"{home}.{name}": (word, "")
        for home, words in _COVERED.items()
        for word, names in words.items()
        for name in names.split()
    }
    for home, reasons in _NOT_COVERED.items():
        for why, names in reasons.items():
            found.update({f"{home}.{name}": (NOT_COVERED, why) for name in names.split()})
    return found


def why_not(name: str) -> str:
    """Why a function has no derivative here, and what to write instead; "" where there is nothing to say."""
    if name.startswith("np.random."):  # a method of a generator, or of the one behind the module's functions
        name = f"Generator.{name.rpartition('.')[2]}"
    return classification().get(name, ("", ""))[1]
