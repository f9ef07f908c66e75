"""The recurrent neural operator: internal variables that obey a differential equation."""
