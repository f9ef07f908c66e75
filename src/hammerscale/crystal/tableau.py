"""The Runge-Kutta pair of Bogacki and Shampine, order 3(2), as numbers; its last stage is the next step's first."""

# Stages: where in the step they lie, which is also their weight of the rate before them.
SECOND_NODE, THIRD_NODE = 1 / 2, 3 / 4
# Weights of the first three rates in the new state, of third order.
NEW_STATE = (2.0 / 9.0, 1.0 / 3.0, 4.0 / 9.0)
# Weights of all four rates in its difference to the embedded state of second order.
ERROR_ESTIMATE = (-5.0 / 72.0, 1.0 / 12.0, 1.0 / 9.0, -1.0 / 8.0)
