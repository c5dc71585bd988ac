"""The command line: ``python -m course_utils VERB …``."""

import sys

from .tools.cli import main

if __name__ == "__main__":
    sys.exit(main())
