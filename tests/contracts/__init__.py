"""Contracts of the sockets and of the optional capabilities, as functions that every implementation's tests call."""
