"""How much weight a plan could serve at the very most: a proven upper bound, computed offline.

The problem is cut into slots (one volunteer's day) and relaxed: who serves what in a slot is still exact
(windows, way, limits), but slots only agree with each other through prices of visits. For any prices the
sum of what is left of every weight and of the dearest route of every slot is an upper bound (the
Lagrangian of the set-covering form); column generation finds good prices. All sums are whole numbers, so
no rounding of floats can make a bound too low.
"""
