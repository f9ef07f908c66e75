"""Strain paths as exact functions of time."""
