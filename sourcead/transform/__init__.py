"""The transforms of a resolved function; importing them lets resolving write out the helpers that they call."""

from sourcead.transform import intrinsics

__all__ = ["intrinsics"]
