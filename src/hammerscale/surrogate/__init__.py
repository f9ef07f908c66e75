"""Models learned from strain–stress histories, and their portable exports."""
