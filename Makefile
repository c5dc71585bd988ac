# make lab    open the course in JupyterLab
# make check  lint and the quick tests (about two minutes on two cores)
# make test   everything: lint, all tests, every notebook, every exercise
BIN := .venv/bin
# uv finds, or fetches, a Python that fits pyproject.toml, whatever the system's own is. It is taken from the path, or
# put by pip into a folder of its own. PYTHON=python3.12 names the Python to take.
UV := $(or $(shell command -v uv),.uv/bin/uv)
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

.venv/ready: requirements.txt pyproject.toml | $(UV)
	test -x $(BIN)/python || $(UV) venv --quiet --seed --clear $(if $(PYTHON),--python $(PYTHON)) .venv
	$(UV) pip install --quiet --python $(BIN)/python -r requirements.txt
	@touch $@

.uv/bin/uv:
	@for python in $(PYTHON) python3 python; do \
	    { $$python -m venv .uv && .uv/bin/python -m pip install --quiet uv; } > .uv.log 2>&1 && break; rm -rf .uv; \
	    $$python -m pip install --quiet --target .uv uv >> .uv.log 2>&1 && break; rm -rf .uv; \
	done; \
	test -x $@ || tail -n 3 .uv.log; rm -f .uv.log; \
	test -x $@ || { echo "The course is installed with uv, which pip could not get here. Install it (https://docs.astral.sh/uv) and call make again."; exit 1; }

# The lock: one file for Python 3.11-3.13 on Linux, macOS and Windows.
lock: .venv/ready
	$(UV) pip compile pyproject.toml --universal --python-version 3.11 --upgrade --no-emit-index-url \
	    --custom-compile-command "make lock" --output-file requirements.txt
	printf '%s\n' '-e .' >> requirements.txt

clean:
	rm -rf .venv .uv practice build *.egg-info .pytest_cache .ruff_cache
