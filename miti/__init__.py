"""Composition root: settings, wiring, and what runs the parts together.

`views` and `middleware` are here because they serve every package's pages alike (front page, error pages, security
headers), `navigation` because its bar names pages of several packages, which do not know each other.
"""

__version__ = "0.1.0"
