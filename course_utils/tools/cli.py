"""The command line: ``python -m course_utils VERB …``."""

import argparse
import io
import os
import sys
from pathlib import Path

from .. import stages
from ..errors import CourseError


def main(arguments: list[str] | None = None) -> int:
    """Do what the arguments say; the exit status: 0 done, 1 something failed, 2 the arguments were wrong."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that lacks a character must not end the command
        sys.stdout.reconfigure(errors="replace")
    parsed = _parser().parse_args(arguments)
    try:
        return parsed.do(parsed)
    except (CourseError, OSError) as error:  # bad input, or a file that can't be read or written
        print(f"python -m course_utils {parsed.verb}: {error}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:  # the system's Python instead of the course's, say
        if (error.name or "").startswith("course_utils"):
            raise
        own = Path(".venv", "Scripts" if os.name == "nt" else "bin", "python")
        print(
            f"This Python ({sys.executable}) lacks {error.name}. Use the course's own, {own} (README.md, Start, says how to "
            f"make it), or see what else is missing: {stages.command('doctor')}",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m course_utils",
        description="The course from the command line. A STAGE is a number (3), a notebook's name or a part of it.",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)

    doctor = verbs.add_parser("doctor", help="is this machine ready? each requirement, or how to mend it")
    doctor.set_defaults(do=_doctor)

    run = verbs.add_parser("run", help="execute stages and write each as a page that reads without a network")
    _add_stages(run)
    run.add_argument("--profile", choices=("quick", "full"), default="quick", help="quick: minutes on a CPU (default)")
    run.add_argument("--save", action="store_true", help="write the outputs back into the notebook, as it is committed")
    run.add_argument("--output", type=Path, metavar="DIR", help="folder for the pages (default: build/html)")
    run.set_defaults(do=_run)

    bench = verbs.add_parser("bench", help="measure time and peak memory of stages beside their budgets")
    _add_stages(bench)
    bench.add_argument("--save", action="store_true", help="write data/costs.json and the notebooks' facts lines")
    bench.set_defaults(do=_bench)

    practice = verbs.add_parser("practice", help="your own copy of a stage, with blanks, in the folder practice")
    practice.add_argument("stage", metavar="STAGE")
    practice.add_argument("--fresh", action="store_true", help="begin again; the old copy is kept as a backup")
    practice.add_argument("--core", action="store_true", help="without the sections for the curious")
    practice.set_defaults(do=_practice)

    release = verbs.add_parser("release", help="hand stages out as labs: blanks, no hidden tests, in nbgrader's shape")
    release.add_argument("stages", nargs="+", metavar="STAGE")
    release.add_argument("--exercises", metavar="3.2,3.5", help="only these (of one stage)")
    release.add_argument("--name", default="", help="of the assignment (default: the notebook's name)")
    release.add_argument("--folder", type=Path, metavar="DIR", help="nbgrader's course folder (default: labs)")
    release.add_argument("--core", action="store_true", help="without the sections for the curious")
    release.set_defaults(do=_release)

    grade = verbs.add_parser("grade", help="mark a folder of submissions: CSV, feedback pages, nbgrader's database")
    grade.add_argument("stage", metavar="STAGE")
    grade.add_argument("--submissions", type=Path, metavar="DIR", help="where they are (default: labs/submitted)")
    grade.add_argument("--name", default="", help="of the assignment (default: the notebook's name)")
    grade.add_argument("--folder", type=Path, metavar="DIR", help="nbgrader's course folder (default: labs)")
    grade.add_argument("--jobs", type=int, metavar="N", help="submissions side by side (default: one a core)")
    grade.add_argument("--unsafe", action="store_true", help="without a sandbox: submissions can then do what you can")
    grade.set_defaults(do=_grade)

    progress = verbs.add_parser("progress", help="how far you are: exercises passed, points, what is next")
    progress.set_defaults(do=_progress)

    data = verbs.add_parser("data", help="list, fetch or verify the data sets")
    what = data.add_subparsers(dest="what", metavar="list|fetch|verify", required=True)
    what.add_parser("list", help="every data set: stage, size, licence, whether it is here")
    fetch = what.add_parser("fetch", help="get data sets of the full profile, from the network or a mirror folder")
    fetch.add_argument("names", nargs="*", metavar="NAME", help="data sets, or stages whose data are meant")
    what.add_parser("verify", help="compare what is here with its checksums")
    data.set_defaults(do=_data)
    return parser


def _add_stages(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("stages", nargs="*", metavar="STAGE", help="which (default: all there are)")


def _found(names: list[str]) -> list[stages.Stage]:
    """The stages named, or all whose notebooks are here; ValueError for an unknown or absent one."""
    found = [stages.find(name) for name in names] or [stage for stage in stages.STAGES if stage.exists]
    if not found:
        raise CourseError(f"there are no notebooks in {stages.ROOT / 'notebooks'}")
    for stage in found:
        if not stage.exists:
            here = ", ".join(str(known.number) for known in stages.STAGES if known.exists) or "none"
            raise CourseError(f"this copy of the course has no notebook {stage.path.name}; the stages here are: {here}")
    return found


def _doctor(_parsed) -> int:
    from .doctor import doctor

    return doctor()


def _run(parsed) -> int:
    found = _found(parsed.stages)
    from .notebooks import run

    return run(found, parsed.profile, parsed.save, parsed.output)


def _bench(parsed) -> int:
    found = _found(parsed.stages)
    from .costs import bench

    return bench(found, parsed.save)


def _practice(parsed) -> int:
    (stage,) = _found([parsed.stage])
    from ..labs.practice import practice

    return practice(stage, parsed.fresh, core=parsed.core)


def _release(parsed) -> int:
    found = _found(parsed.stages)
    if len(found) > 1 and (parsed.exercises is not None or parsed.name):
        raise CourseError("--exercises and --name go with one stage")
    chosen = None
    if parsed.exercises is not None:
        chosen = [name.strip() for name in parsed.exercises.split(",") if name.strip()]
    from ..labs.release import release

    for stage in found:
        release(stage, chosen, parsed.name, parsed.folder, parsed.core)
    return 0


def _grade(parsed) -> int:
    (stage,) = _found([parsed.stage])
    if parsed.jobs is not None and parsed.jobs < 1:
        raise CourseError(f"--jobs must be at least 1; got {parsed.jobs}")
    from ..labs.grade import grade

    grade(stage, parsed.submissions, parsed.name, parsed.folder, parsed.jobs, parsed.unsafe)
    return 0


def _progress(_parsed) -> int:
    from ..labs.progress import progress

    return progress()


def _data(parsed) -> int:
    from . import data as cli

    if parsed.what == "fetch":
        return cli.fetch_data(parsed.names)
    return cli.list_data() if parsed.what == "list" else cli.verify_data()
