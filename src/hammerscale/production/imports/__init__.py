"""Strain-stress paths that somebody else measured or computed, brought into the format of our own data sets."""
