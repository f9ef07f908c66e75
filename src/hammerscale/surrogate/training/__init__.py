"""Fitting networks with PyTorch Lightning; the only modules of the package that need torch."""
