"""What makes the results that ship in ``data/``: ``python -m course_utils.makers NAME``. No notebook imports it.

A maker has the name of the file that it makes, ``stage_04.two_stage`` makes ``data/stage_04/two_stage.json``, and takes classes,
functions and constants out of the stage's notebook, so that what ships is what is taught.
"""
