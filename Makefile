# Each target makes the virtual environment it needs, once, and reuses it.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: demo edit test lint bench critters clean

demo: $(READY)
	$(BIN)/nodegraph run workflows/text_to_image.json --out outputs

edit: $(READY)
	$(BIN)/nodegraph edit

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python -m benchmarks.executor
	$(BIN)/python -m benchmarks.overhead
	$(BIN)/python -m benchmarks.engine
	$(BIN)/python -m benchmarks.gpu

critters: $(READY)
	$(BIN)/python -m training.make

$(READY): pyproject.toml constraints.txt scripts/qt-libraries.sh
	@$(PYTHON) -c 'import sys; sys.exit("Nodegraph needs Python 3.11 or newer; set PYTHON=...") if sys.version_info < (3, 11) else None'
	sh scripts/qt-libraries.sh
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) build *.egg-info
