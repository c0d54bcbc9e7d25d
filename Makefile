# Every target prepares what it needs. `make run` and `make test` are all that a fresh machine with Python needs.
PORT ?= 8000
VENV := .venv
PYTHON := $(VENV)/bin/python
export PORTAL_PORT ?= $(PORT)
# Python keeps what it has compiled, whatever the surroundings say: without that a start takes three times as long.
export PYTHONDONTWRITEBYTECODE =

.PHONY: run dev test test-fast lint e2e demo bench texts migration clean

run: $(VENV)/ready
	@exec $(PYTHON) tools/serve.py

dev: $(VENV)/ready
	@exec $(PYTHON) tools/develop.py

test: lint
	@$(PYTHON) tools/browser.py
	@$(PYTHON) tools/serve.py --build-only
	$(PYTHON) -m pytest --ignore=tests/e2e -n 3 --dist worksteal --cov --cov-report=
	$(PYTHON) tools/coverage_goals.py
	$(PYTHON) -m pytest tests/e2e --reruns 1 -rfER

test-fast: $(VENV)/ready
	$(PYTHON) -m pytest --ignore=tests/e2e -n 3 --dist worksteal

lint: $(VENV)/ready
	$(VENV)/bin/ruff check .
	$(VENV)/bin/pyright --project pyproject.toml --pythonpath $(PYTHON)
	$(VENV)/bin/lint-imports
	$(PYTHON) tools/catalogues.py check

e2e: $(VENV)/ready
	@$(PYTHON) tools/browser.py
	PORTAL_E2E_URL=$(BASE_URL) $(PYTHON) -m pytest tests/e2e

# make demo SCENARIO=offers empties the demonstration and fills it again; the scenarios: tests/e2e/README.md
demo: $(VENV)/ready
	$(PYTHON) -m portal_app.demo $(SCENARIO)

bench: $(VENV)/ready
	@$(PYTHON) tools/serve.py --build-only
	$(PYTHON) tools/bench

texts: $(VENV)/ready
	$(PYTHON) tools/catalogues.py update

# make migration NAME=offers_with_options
migration: $(VENV)/ready
	$(VENV)/bin/alembic upgrade head
	$(VENV)/bin/alembic revision --autogenerate -m "$(NAME)"

# A virtual environment made with uv from the committed lock; uv comes through pip when it is not there.
$(VENV)/ready: requirements.lock
	@python3 -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	@echo "· Virtual environment …"
	@command -v uv >/dev/null || test -x .uv/bin/uv || (python3 -m venv .uv && .uv/bin/pip install --quiet --disable-pip-version-check uv)
	@UV=$$(command -v uv || echo .uv/bin/uv); \
	  test -x $(PYTHON) || $$UV venv --quiet --python "$$(command -v python3)" $(VENV); \
	  $$UV pip sync --quiet --require-hashes --python $(PYTHON) requirements.lock
	@touch $@

clean:
	rm -rf .web .states data assets/texts assets/styles
