"""What instructors and maintainers run: ``python -m course_utils …``. Nothing that a notebook imports imports it."""
