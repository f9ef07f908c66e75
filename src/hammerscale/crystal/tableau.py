"""The two methods of the grain's time step as numbers.

Explicit: the Runge-Kutta pair of Bogacki and Shampine, order 3(2); its last stage is the next step's first.
"""

import numpy as np

# Stages: where in the step they lie, which is also their weight of the rate before them.
SECOND_NODE, THIRD_NODE = 1 / 2, 3 / 4
# Weights of the first three rates in the new state, of third order.
NEW_STATE = (2.0 / 9.0, 1.0 / 3.0, 4.0 / 9.0)
# Weights of all four rates in its difference to the embedded state of second order.
ERROR_ESTIMATE = (-5.0 / 72.0, 1.0 / 12.0, 1.0 / 9.0, -1.0 / 8.0)

# Implicit: ROS34PW2 of Rang and Angermann (BIT 45, 2005), linearly implicit, of order 3(2) in four stages, stiffly
# accurate; its order needs no exact Jacobian A:
#     (1 - h γ A) k_i = f(t + α_i h, y + h Σ_j α_ij k_j) + h A Σ_j γ_ij k_j + h γ_i ∂f/∂t
GAMMA = 0.43586652150845900
STAGE_WEIGHTS = (
    (),
    (0.87173304301691801,),
    (0.84457060015369423, -0.11299064236484185),
    (0.0, 0.0, 1.0),
)
COUPLING = (
    (),
    (-0.87173304301691801,),
    (-0.90338057013044082, 0.054180672388095326),
    (0.24212380706095346, -1.2232505839045147, 0.54526025533510214),
)
STAGE_NODES = tuple(sum(weights) for weights in STAGE_WEIGHTS)
TIME_WEIGHTS = tuple(sum(row) + GAMMA for row in COUPLING)
IMPLICIT_STATE = (0.24212380706095346, -1.2232505839045147, 1.5452602553351020, GAMMA)
_EMBEDDED = (0.37810903145819369, -0.096042292212423178, 0.5, 0.21793326075422950)
IMPLICIT_ERROR = tuple(new - old for new, old in zip(IMPLICIT_STATE, _EMBEDDED, strict=True))
# The state at a fraction x of the step is y + h Σ b_i(x) k_i. b solves Σ b_i = x, Σ α_i b_i = x²/2, Σ α_i² b_i = x³/3
# and Σ γ_i b_i = 0: second order whatever A is. Columns are the factors of x, x² and x³.
_CONDITIONS = np.array([np.ones(4), STAGE_NODES, np.square(STAGE_NODES), TIME_WEIGHTS])
DENSE_WEIGHTS = np.linalg.solve(_CONDITIONS, np.vstack([np.diag([1.0, 1.0 / 2.0, 1.0 / 3.0]), np.zeros(3)]))
