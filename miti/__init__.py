"""Composition root: settings, wiring, and what runs the parts together."""

__version__ = "0.1.0"
