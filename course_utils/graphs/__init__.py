"""Stage 9: networks of people, and training on a whole graph."""
