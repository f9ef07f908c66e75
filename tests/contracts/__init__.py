"""Contracts of the three sockets, as functions that every implementation's tests call."""
