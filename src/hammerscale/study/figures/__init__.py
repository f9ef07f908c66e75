"""Figures: what draws tables, data sets and fields that lie in files, and computes nothing."""
