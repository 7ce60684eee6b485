# Two commands for a newcomer: `make demo` and `make test`. Both set everything up first.
SHELL := /bin/bash
BIN := .venv/bin
SET_UP := .venv/.set-up
PYTEST := $(BIN)/pytest -q
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: setup demo test check unit whole soak browser messages schema clean

setup: $(SET_UP)

# Made anew when the locked dependencies change.
$(SET_UP): requirements-dev.lock pyproject.toml tools/make-venv
	tools/make-venv .venv
	@touch $@

demo: $(SET_UP)
	$(BIN)/hotpot demo

test: check unit whole

check: $(SET_UP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

unit: $(SET_UP) browser
	$(PYTEST) -n 2 --dist loadfile -m "not faults and not journey and not soak"

# Whole processes and a real browser: one at a time, so that they have the machine to themselves.
whole: $(SET_UP) browser
	$(PYTEST) -m "(faults or journey) and not soak"

soak: $(SET_UP) browser
	$(PYTEST) -m soak

# Debian's browser, fonts, database and protocol judge: installed where that is allowed, named where it isn't.
browser:
	@tools/debian-packages

# The Chinese catalogue, drawn anew from the sources (needs GNU gettext).
messages: export HOTPOT_DATA = $(CURDIR)/data
messages: export DJANGO_SETTINGS_MODULE = hotpot.entry.settings
messages: $(SET_UP)
	cd src/hotpot && python -m django makemessages --locale zh_Hans --no-obsolete --add-location file \
		--ignore tests --ignore node_modules
	cd src/hotpot && python -m django compilemessages --locale zh_Hans

# What a new database begins with, drawn anew from all migrations. To be run when one was added.
schema: $(SET_UP)
	HOTPOT_WRITE_SNAPSHOTS=1 $(PYTEST) src/hotpot/entry/tests/test_schema.py

clean:
	rm -rf .venv data build
