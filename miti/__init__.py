"""Composition root: settings, wiring, and the commands that run all parts together.

`views` and `middleware` are here because they serve every package's pages alike (front page, error pages, security
headers), `navigation` because its bar links pages of several packages, which do not import each other.
"""

__version__ = "0.2.0.dev0"
