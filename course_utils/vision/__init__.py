"""Stage 3: pictures, fields and films made here, and networks for them."""
