# Each target makes the virtual environment it needs, once, and reuses it.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
SCREEN := $(VENV)/.screen

# What Qt's wheels do not bring, and what lets tests use the editor as a person does.
QT_LIBRARIES := libgl1 libegl1 libdbus-1-3 libfontconfig1 libglib2.0-0 libxkbcommon0 \
    libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 \
    libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 fonts-dejavu-core
A_SCREEN     := xvfb xdotool

.PHONY: demo edit test lint bench screenshots learn critters clean

demo: $(READY)
	$(BIN)/nodegraph run workflows/text_to_image.json --out outputs

edit: $(READY)
	$(BIN)/nodegraph edit

test: $(READY) $(SCREEN)
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python -m benchmarks.executor
	$(BIN)/python -m benchmarks.overhead
	$(BIN)/python -m benchmarks.pictures
	$(BIN)/python -m benchmarks.pictures --fresh
	$(BIN)/python -m benchmarks.together
	$(BIN)/python -m benchmarks.engine
	$(BIN)/python -m benchmarks.canvas
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.gpu

screenshots: $(READY)
	$(BIN)/python -m scripts.screenshots

learn: $(READY)
	$(BIN)/python -m scripts.learn

critters: $(READY)
	$(BIN)/python -m training.make

$(READY): pyproject.toml constraints.txt scripts/debian.sh
	@$(PYTHON) -c 'import sys; sys.exit("Nodegraph needs Python 3.11 or newer; set PYTHON=...") if sys.version_info < (3, 11) else None'
	sh scripts/debian.sh 'The editor and its tests' $(QT_LIBRARIES)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

$(SCREEN): $(READY)
	sh scripts/debian.sh 'The tests that use the real window' $(A_SCREEN)
	touch $@

clean:
	rm -rf $(VENV) build *.egg-info
