"""Explicit dynamics: the impact solver."""
