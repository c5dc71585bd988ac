"""What makes the results that ship in ``data/``: ``python -m course_utils.makers NAME``. No notebook imports it."""
