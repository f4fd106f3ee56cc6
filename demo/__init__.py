"""The demo's data: real facts of the partners, invented people. Made once; what was changed since is left alone."""

from demo.build import PASSWORD, ensure

__all__ = ["PASSWORD", "ensure"]
