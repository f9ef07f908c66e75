"""Macroscopic impact: meshes, explicit dynamics, contact, output; materials implement the law protocol."""
