# Two commands do everything: make run, make test. The others are for those who change presslake.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
# every process would compile its libraries anew: seconds each time
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check lock docs format clean env

run: $(VENV)/.ready
	$(BIN)/presslake run --demo

test: $(VENV)/.ready
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

check: $(VENV)/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

env: $(VENV)/.ready

$(VENV)/.ready: requirements.lock pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "presslake needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …"; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@echo "installing into $(VENV) …"
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --require-hashes --no-deps -r requirements.lock
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

lock: ## resolve pyproject.toml; what is locked stays unless it no longer fits (UPGRADE=--upgrade takes everything anew); no host is named
	$(BIN)/uv pip compile pyproject.toml --quiet --extra dev --universal --generate-hashes --no-annotate --no-header $(UPGRADE) -o requirements.lock

docs: $(VENV)/.ready ## write the reference anew and build the documents into site/
	$(BIN)/python -m flows.reference docs
	$(BIN)/mkdocs build --quiet

format: $(VENV)/.ready
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) build *.egg-info
