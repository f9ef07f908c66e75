"""Macroscopic impact: meshes, explicit dynamics, contact, output; a material is whatever speaks the law protocol."""
