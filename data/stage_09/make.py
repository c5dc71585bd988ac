"""Make full_size.json: train the notebook's own networks on Cora and the Facebook pages, and write down what came out.

    COURSE_PROFILE=full COURSE_DATA=FOLDER python data/stage_09/make.py

FOLDER holds planetoid/ind.cora.* and musae_facebook/facebook*.{csv,json}, as their publishers lay them out.
"""

import ast
import json
import platform
import time
from importlib.metadata import version
from pathlib import Path

from course_utils.stages import find

HERE = Path(__file__).resolve().parent


def definitions(notebook: dict) -> str:
    """The set-up cell, and every function and class of the notebook outside its exercises."""
    parts = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code" or "nbgrader" in cell["metadata"]:
            continue
        source = "".join(cell["source"])
        if "setup" in cell["metadata"].get("tags", []):
            parts.append(source)
        else:
            kept = [
                node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)
            ]
            parts += [ast.unparse(node) for node in kept]
    return "\n\n".join(parts)


def main() -> None:
    """Train, and write full_size.json."""
    scope: dict = {}
    exec(definitions(json.loads(find(9).path.read_text(encoding="utf-8"))), scope)
    began = time.process_time()
    accuracy = scope["full_size"]()
    record = {
        "what": "Test accuracy of each run; Cora: public split, seeds 0-9 (majority, label propagation and SGC have no seed); "
        "Facebook pages: random splits 0-4, 50 labelled pages of each kind, 5,000 to test on",
        "command": "COURSE_PROFILE=full COURSE_DATA=FOLDER python data/stage_09/make.py",
        "cpu_seconds": round(time.process_time() - began),
        "machine": "two CPU cores",
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("keras", "tensorflow", "numpy", "scipy")},
        "test_accuracy": accuracy,
    }
    (HERE / "full_size.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    for name, values in accuracy.items():
        print(f"{name:34} {sum(values) / len(values):.4f}")


if __name__ == "__main__":
    main()
