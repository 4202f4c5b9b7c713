"""Floor 3: the steps of the road. Each loads, computes, saves; they never call each other, ``daily`` strings them."""
