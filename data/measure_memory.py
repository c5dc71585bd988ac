"""Makes real_memory.json: ``COURSE_DATA=FOLDER python data/measure_memory.py [NAME …]``, in a copy of the course's folder.

Begins each training on real data that README's table names, watches it for 40 seconds of CPU time, and then ends
it. What it has needed by then, all data loaded and some hundred steps done, is the peak memory that the table gives.
Run it in a *copy*: a training that ends within that time writes its results. Linux only (``/proc``). LunarLander needs Box2D and pygame, Pong ale-py.
"""

import json
import os
import platform
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
WATCHED = 40  # CPU seconds
COMMANDS = {
    "all flights": "data/stage_02/make.py all",
    "JHMDB": "data/stage_03/make_actions.py jhmdb",
    "CIFAR-10": "data/stage_03/make_cifar.py 12 3",
    "crop_sits": "data/stage_03/make_fields.py",
    "RSSCN7": "data/stage_03/make_scenes.py 9",
    "BCCD": "data/stage_04/make_blood_cells.py 128 25",
    "S&P 500": "data/stage_05/make.py",
    "Flickr8k": "data/stage_06/make.py photographs",
    "Fashion-MNIST": "data/stage_07/make.py fashion",
    "CIFAR-10, painted": "data/stage_07/make.py cifar10",
    "LunarLander": "-m course_utils.games.agents lander",
    "Pong": "data/dqn_agents/make_pong.py",
    "Cora": "data/stage_09/make.py",
    "XDailyDialog": "data/stage_10/make.py real",
    "Tatoeba": "data/stage_10/make.py translation 0",
    "CIFAR-10 as words": "data/stage_10/make.py photographs 0",
}


def watch(command: str) -> dict[str, float]:
    """Peak resident memory in GiB of one Python program, and the CPU seconds that it was watched for."""
    path = [str(HERE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    settings = os.environ | {"PYTHONPATH": os.pathsep.join(path)}
    if "stage_09" in command:
        settings["COURSE_PROFILE"] = "full"
    program = subprocess.Popen(
        [sys.executable, *command.split()], cwd=HERE.parent, env=settings, stdout=subprocess.DEVNULL
    )
    ticks, peak, spent = os.sysconf("SC_CLK_TCK"), 0.0, 0.0
    while program.poll() is None and spent < WATCHED:
        try:
            status = Path(f"/proc/{program.pid}/status").read_text()
            times = Path(f"/proc/{program.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            break
        found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
        peak = max(peak, *(int(kilobytes) / 2**20 for kilobytes in found), 0.0)
        spent = (int(times[11]) + int(times[12])) / ticks
        time.sleep(0.5)
    ended = program.poll()
    if ended is None:
        program.kill()
        program.wait()
    elif ended:
        raise SystemExit(f"python {command} ended with {ended}")
    return {"peak_gib": round(peak, 2), "cpu_seconds": round(spent)}


def main(names: list[str]) -> None:
    """Measure the trainings named (all, without a name) and write the file after each."""
    if unknown := set(names) - set(COMMANDS):
        raise SystemExit(f"no training {', '.join(sorted(unknown))}; there are: {', '.join(COMMANDS)}")
    path = HERE / "real_memory.json"
    known = json.loads(path.read_text(encoding="utf-8"))["trainings"] if path.exists() else {}
    for name in names or COMMANDS:
        known[name] = watch(COMMANDS[name])
        print(name, known[name], flush=True)
        record = {
            "what": "peak resident memory of each training of README's table of real data, in its first CPU seconds, so many as stand beside it",
            "command": "COURSE_DATA=FOLDER python data/measure_memory.py",
            "versions": {"python": platform.python_version()}
            | {package: version(package) for package in ("keras", "tensorflow", "numpy")},
            "trainings": {name: known[name] for name in COMMANDS if name in known},
        }
        path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
