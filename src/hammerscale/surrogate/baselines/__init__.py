"""Formulas and fits that every learned surrogate is compared with."""
