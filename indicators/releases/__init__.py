"""Figures that were frozen once and never change."""
