"""What a stage costs: CPU seconds and peak memory of one quick-profile run, measured and compared with the budget."""

import json
import os
import re
import sys
import threading
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version

import psutil

from ..errors import CourseError
from ..stages import ROOT, Stage
from .notebooks import execute_with_progress, read, replace, writable, write

__all__ = ["COSTS", "MEMORY_BUDGET", "Cost", "Meter", "bench", "facts", "read_costs"]

COSTS = ROOT / "data" / "costs.json"
MEMORY_BUDGET = 3.0  # GiB
CORES = 2  # what budgets and facts lines are stated for
FACTS = re.compile(r"about \d+ s of CPU time on two cores · peak memory \d+\.\d GiB")


@dataclass(frozen=True)
class Cost:
    """What one quick-profile run of a stage cost, and with what it was measured."""

    cpu_seconds: float
    wall_seconds: float
    peak_memory_gib: float
    cores: int
    python: str
    tensorflow: str
    keras: str


class Meter:
    """CPU seconds and peak memory of a process and all its children, by watching them: ``with Meter() as meter``.

    Attributes, once it has ended:
        wall_seconds, cpu_seconds: of the process from its start, and of its children.
        peak_memory_gib: the largest sum of their resident memory that was seen.
    """

    INTERVAL = 0.05  # seconds between two looks

    def __init__(self):
        self._process = None
        self._cpu: dict[int, float] = {}  # by process id: a child that has ended keeps what it used
        self._peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_again_and_again, daemon=True)

    def __enter__(self) -> "Meter":
        self._began = time.perf_counter()
        self._thread.start()
        return self

    def watch(self, pid: int) -> None:
        """Watch this process from now on; a second call does nothing."""
        self._process = self._process or psutil.Process(pid)

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()
        self.wall_seconds = time.perf_counter() - self._began
        self.cpu_seconds = sum(self._cpu.values())
        self.peak_memory_gib = self._peak / 2**30

    def _look_again_and_again(self) -> None:
        while not self._over.wait(self.INTERVAL):
            if self._process is not None:
                self._look()

    def _look(self) -> None:
        resident = 0
        try:
            family = [self._process, *self._process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        for process in family:
            try:
                times = process.cpu_times()
                self._cpu[process.pid] = times.user + times.system
                resident += process.memory_info().rss
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        self._peak = max(self._peak, resident)


def facts(cost: Cost) -> str:
    """The measured part of a notebook's facts line: seconds to the nearest 5, memory to the nearest 0.1 GiB."""
    seconds = max(5, 5 * round(cost.cpu_seconds / 5))
    return f"about {seconds} s of CPU time on two cores · peak memory {cost.peak_memory_gib:.1f} GiB"


def read_costs() -> dict[str, Cost]:
    """What has been measured and saved, by the stage's slug."""
    if not COSTS.exists():
        return {}
    return {slug: Cost(**values) for slug, values in json.loads(COSTS.read_text(encoding="utf-8")).items()}


def bench(stages: list[Stage], save: bool = False) -> int:
    """Execute stages, print what each costs beside its budget; the exit status, 1 where one failed or is over it.

    Args:
        stages: which, in this order; all exist.
        save: also write ``data/costs.json`` and the notebooks' facts lines.
    Raises: CourseError where ``save`` is asked for and the run can't be kept to two cores.
    """
    with _TwoCores() as cores:
        if save and cores != CORES:
            raise CourseError(f"facts lines are for {CORES} cores and this runs on {cores}; leave --save out")
        for folder in {COSTS.parent, *(stage.path.parent for stage in stages)} if save else ():
            writable(folder)
        status, rows = 0, []
        try:
            for stage in stages:
                with Meter() as meter:
                    failure = execute_with_progress(read(stage.path), stage, meter=meter)
                if failure:
                    print(f"FAILED {stage.slug}, cell {failure.cell}: {failure.error}", file=sys.stderr)
                    status = 1
                    continue
                cost = Cost(
                    round(meter.cpu_seconds, 1),
                    round(meter.wall_seconds, 1),
                    round(meter.peak_memory_gib, 2),
                    cores,
                    *(sys.version.split()[0], version("tensorflow"), version("keras")),
                )
                rows.append((stage, cost))
                if save:
                    _save(stage, cost)
        finally:  # a run that is stopped, or can't be saved, still shows what it measured
            status = max(status, _print_table(rows))
    return status


def _print_table(rows: list[tuple[Stage, Cost]]) -> int:
    status = 0
    if rows:
        print(f"{'stage':<36}{'wall':>9}{'CPU':>9}{'budget':>9}{'memory':>12}{'budget':>9}")
    for stage, cost in rows:
        over = cost.cpu_seconds > stage.cpu_seconds or cost.peak_memory_gib > MEMORY_BUDGET
        print(
            f"{stage.slug:<36}{cost.wall_seconds:>7.0f} s{cost.cpu_seconds:>7.0f} s{stage.cpu_seconds:>7} s"
            f"{cost.peak_memory_gib:>8.2f} GiB{MEMORY_BUDGET:>5.0f} GiB" + ("   OVER BUDGET" if over else "")
        )
        status = max(status, int(over))
    return status


def _save(stage: Stage, cost: Cost) -> None:
    notebook = read(stage.path)
    first = notebook.cells[0]
    first.source, found = FACTS.subn(facts(cost), first.source)
    if found != 1:
        raise CourseError(f"{stage.path.name}: its first cell needs a facts line with “{facts(cost)}”")
    write(notebook, stage.path)
    costs = {slug: asdict(known) for slug, known in read_costs().items()} | {stage.slug: asdict(cost)}
    replace(COSTS, json.dumps(dict(sorted(costs.items())), indent=1) + "\n")


class _TwoCores:
    """Keep this process and the kernels it starts on two cores where the system can; says on how many they run."""

    def __enter__(self) -> int:
        self._process, self._before = psutil.Process(), None
        if not hasattr(self._process, "cpu_affinity"):  # macOS
            return os.cpu_count() or 1
        self._before = self._process.cpu_affinity()
        self._process.cpu_affinity(self._before[:CORES])
        return len(self._before[:CORES])

    def __exit__(self, *_) -> None:
        if self._before:
            self._process.cpu_affinity(self._before)
