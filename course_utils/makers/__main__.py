"""``python -m course_utils.makers [NAME [--seeds SEED …] [--parts PART …] [--into FOLDER]]``; without a name, what there is."""

import argparse
import os
import sys
from difflib import get_close_matches
from pathlib import Path

from ..errors import CourseError
from . import record

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Make one result; 2 for what does not exist, 1 where it can't be made, with a line that says why."""
    parser = argparse.ArgumentParser(prog="python -m course_utils.makers", description="Make a shipped result again.")
    parser.add_argument("name", nargs="?", help="what to make; without a name all are listed")
    parser.add_argument("--seeds", nargs="+", type=int, default=[], metavar="SEED", help="these alone; others stay")
    parser.add_argument("--parts", nargs="+", default=[], metavar="PART", help="these alone; others stay")
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="in place of data/")
    asked, there = parser.parse_args(arguments), record.known()
    if asked.name is None:
        width = max(map(len, there))
        print("\n".join(f"{name:{width}}  {what}" for name, (_, what) in there.items()))
        return 0
    if asked.name not in there:
        near = get_close_matches(asked.name, there, cutoff=0.4) or [
            one for one in there if one.startswith(asked.name[:8])
        ]
        parser.error(
            f"there is no maker {asked.name!r}; {'near it: ' + ', '.join(near) if near else 'without a name all are listed'}"
        )
    from ..tools.costs import Meter

    try:
        with Meter() as meter:
            meter.watch(os.getpid())
            record.find(asked.name).run(asked.seeds, asked.parts, asked.into)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{asked.name}: {meter.cpu_seconds:.0f} CPU seconds, at most {meter.peak_memory_gib:.1f} GiB of memory")
    return 0


if __name__ == "__main__":
    sys.exit(main())
