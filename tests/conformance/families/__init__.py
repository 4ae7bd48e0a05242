"""Further rows of the conformance table, one file a family of functions.

Each has `rows()`, an iterator of rows, and `RANK_NEEDED`, the expressions that generic source refuses.
"""
