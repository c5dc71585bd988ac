"""Stage 1: points in the plane, the playground."""
