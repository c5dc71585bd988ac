"""Makes real_memory.json: ``COURSE_DATA=FOLDER python data/measure_memory.py [NAME …]`` (all names: about an hour of CPU time).

Runs each training on real data of README's table to its end, with all of its data, its networks and its batches, and notes the
peak of its memory. What is repeated over and over is repeated less often, as SHORTER says: passes, seeds, splits. It runs in a
copy of the course in a temporary folder, so that nothing of what ships is written over. LunarLander and Pong need the
packages of ``pip install -e .[games]``; MNIST and Fashion-MNIST may lie in the folder KERAS_HOME, as for their makers.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from course_utils.stages import ROOT
from course_utils.tools.costs import Meter

FILE = Path(__file__).resolve().parent / "real_memory.json"
#: README's name of a training → what runs it: a script, or a module after -m, and its arguments.
COMMANDS = {
    "MNIST": "data/stage_01/make.py 9",
    "All flights from New York in 2013": "data/stage_02/make.py all",
    "JHMDB": "data/stage_03/make_actions.py jhmdb 0",
    "CIFAR-10": "data/stage_03/make_cifar.py 1 1",
    "crop_sits": "data/stage_03/make_fields.py",
    "RSSCN7": "data/stage_03/make_scenes.py 9",
    "BCCD": "data/stage_04/make_blood_cells.py 128 2 0",
    "S&P 500": "data/stage_05/make.py markets",
    "Flickr8k": "data/stage_06/make.py photographs 9",
    "Fashion-MNIST": "data/stage_07/make.py fashion",
    "CIFAR-10 as models of a painter": "data/stage_07/make.py cifar10",
    "LunarLander": "-m course_utils.games.agents lander",
    "Pong": "data/stage_08/make_pong.py",
    "Cora": "data/stage_09/make.py",
    "XDailyDialog": "data/stage_10/make.py real",
    "Tatoeba": "data/stage_10/make.py translation 9",
    "CIFAR-10 as words": "data/stage_10/make.py photographs 9",
}
#: What is shortened: a file, what stands there, and what stands there in its place.
SHORTER = {
    "All flights from New York in 2013": [("data/stage_02/make.py", "range(5), range(5)", "range(1), range(2)")],
    "crop_sits": [("data/stage_03/make_fields.py", "SEEDS = range(5)", "SEEDS = range(1)")],
    "RSSCN7": [
        ("notebooks/03_convolutional_networks.ipynb", "on_scenes(seed, epochs=40,", "on_scenes(seed, epochs=2,")
    ],
    "Flickr8k": [
        ("data/stage_06/make.py", "EYE_EPOCHS = 16", "EYE_EPOCHS = 1"),
        ("data/stage_06/make.py", "MOUTH_EPOCHS = (3, 6)", "MOUTH_EPOCHS = (1,)"),
        ("data/stage_06/make.py", "BLIND_EPOCHS = 2", "BLIND_EPOCHS = 1"),
    ],
    "Fashion-MNIST": [("data/stage_07/make.py", "= 6_000, 24", "= 1_000, 24")],
    "CIFAR-10 as models of a painter": [("data/stage_07/make.py", "= 6_000, 24", "= 1_000, 24")],
    "Pong": [("data/stage_08/make_pong.py", "600_000", "110_000")],
    "Cora": [("notebooks/09_graph_convolutional_networks.ipynb", "[cora.splits] * 10", "[cora.splits] * 2")],
    "XDailyDialog": [("data/stage_10/make.py", "for seed in range(3)", "for seed in range(1)")],
    "Tatoeba": [("notebooks/10_transformer.ipynb", "12, 18, 20  # longest", "12, 18, 1  # longest")],
    "CIFAR-10 as words": [("data/stage_10/make.py", "(1000, 10_000, 50_000), 6_300", "(50_000,), 1_600")],
}


def measure(name: str) -> dict:
    """Peak memory in GiB and CPU seconds of one training, in a copy of the course, and how it was shortened."""
    command = COMMANDS[name]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "course"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "build", "__pycache__", "*.egg-info"))
        for file, there, instead in SHORTER.get(name, []):
            text = (copy / file).read_text(encoding="utf-8")
            if there not in text:
                raise SystemExit(f"{name}: {file} has no “{there}” any more; mend SHORTER")
            (copy / file).write_text(text.replace(there, instead), encoding="utf-8")
        path = [str(copy), *filter(None, [os.environ.get("PYTHONPATH")])]
        settings = {"PYTHONPATH": os.pathsep.join(path), "TMPDIR": folder}
        if "stage_09" in command:
            settings["COURSE_PROFILE"] = "full"
        with Meter() as meter:
            program = subprocess.Popen(
                [sys.executable, *command.split()], cwd=copy, env=os.environ | settings, stdout=subprocess.DEVNULL
            )
            meter.watch(program.pid)
            status = program.wait()
    if status:
        raise SystemExit(f"{name}: python {command} ended with {status}")
    found = {"command": command, "peak_gib": round(meter.peak_memory_gib, 2), "cpu_seconds": round(meter.cpu_seconds)}
    return found | {"shortened": [f"{there} → {instead}" for _, there, instead in SHORTER.get(name, [])]}


def main(names: list[str]) -> None:
    """Measure the trainings named (all, without a name) and write the file after each."""
    if unknown := set(names) - set(COMMANDS):
        raise SystemExit(f"no training {', '.join(sorted(unknown))}; there are: {', '.join(COMMANDS)}")
    for name in names or COMMANDS:
        found = measure(name)
        print(name, found, flush=True)
        known = json.loads(FILE.read_text(encoding="utf-8"))["trainings"] if FILE.exists() else {}
        known[name] = found
        record = {
            "what": "peak resident memory of each training of README's table of real data, run to its end with all of its data, "
            "networks and batches, but with fewer repetitions: what its command leaves out, and what “shortened” says",
            "command": "COURSE_DATA=FOLDER python data/measure_memory.py",
            "machine": "two CPU cores",
            "versions": {"python": platform.python_version()}
            | {package: version(package) for package in ("keras", "tensorflow", "numpy")},
            "trainings": {one: known[one] for one in COMMANDS if one in known},
        }
        FILE.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
