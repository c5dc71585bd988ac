# make lab    open the course in JupyterLab
# make check  lint and the quick tests (about two minutes on two cores)
# make test   everything: lint, all tests, every notebook, every exercise
PYTHON ?= python3
BIN := .venv/bin
# Jupyter refuses to serve root, who is the usual user of a container, unless told.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: lab test check lint lock clean
lab: .venv/ready
	$(BIN)/jupyter lab $(AS_ROOT) --LabApp.default_url=/lab/tree/notebooks

check: lint
	$(BIN)/python -m pytest -m "not slow" -n 2

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile
	PYTHONSTARTUP=$(CURDIR)/tests/watch_names.py $(BIN)/python -m pytest --nbval --nbval-current-env -n 2 --dist loadfile notebooks

lint: .venv/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check course_utils tests
	$(BIN)/ruff format --check --line-length 110 notebooks

.venv/ready: requirements.txt pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else 'The course needs Python 3.11, 3.12 or 3.13; this is ' + sys.version.split()[0] + '. Try: make PYTHON=python3.12 $(MAKECMDGOALS)')"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements.txt
	@touch $@

# The lock: one file for Python 3.11-3.13 on Linux, macOS and Windows.
lock: .venv/ready
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --upgrade --no-emit-index-url \
	    --custom-compile-command "make lock" --output-file requirements.txt
	printf '%s\n' '-e .' >> requirements.txt

clean:
	rm -rf .venv practice build *.egg-info .pytest_cache .ruff_cache
