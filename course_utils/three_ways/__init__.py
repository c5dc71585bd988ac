"""Stage 2: flights, and programs that run beside the notebook."""
