"""Stage 10: functions, classes and constants are the notebook's own."""
