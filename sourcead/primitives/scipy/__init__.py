"""The tables of SciPy's functions, one file a subpackage: each is read when that subpackage has been imported."""
