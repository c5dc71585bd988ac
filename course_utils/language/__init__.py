"""Stage 10: dialogues, text, translation."""
