"""Measuring: what computes numbers and writes them as tables, so that figures need not."""
