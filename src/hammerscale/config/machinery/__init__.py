"""How config files are read, checked and documented, whatever their keys are."""
