# Two commands do everything: `make run` and `make test`. They create what they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE_MODULES := tools/node_modules/.package-lock.json
export MITI_DEMO ?= 1

.PHONY: run test reset lock backup restore bench-dispatch bench-redis bench-routing bench-weight bench-indicators vendor reference pictures pack

# What was installed may work no more, as after an upgrade of the system's Python.
run: $(VENV)/.installed
	@$(BIN)/python -c "" 2>/dev/null || $(PYTHON) tools/install $(VENV) requirements.lock $(VENV)/.installed
	@exec $(BIN)/python -m miti run

test: $(VENV)/.installed-dev prerequisites
	@$(BIN)/python tools/checks

# The composition in containers of podman, with images that are built here: part of `make test` where podman can be had.
.PHONY: test-containers
test-containers: $(VENV)/.installed-dev
	@$(BIN)/python tools/prerequisites operators
	@EACH_SECRET=1 MITI_DATA_DIR=$(CURDIR)/var/checks $(BIN)/python -m pytest -q tests/containers

reset:
	rm -rf var

$(VENV)/.installed: requirements.lock
	@$(PYTHON) tools/install $(VENV) requirements.lock $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@$(PYTHON) tools/install $(VENV) requirements-dev.lock $@

# What the tests need besides Python: Node with the tools of tools/package.json, and a Chromium.
.PHONY: prerequisites
prerequisites:
	@$(BIN)/python tools/prerequisites

# Known weaknesses in what is installed and vendored, and ruff's S rules over our code; asks PyPI and the npm registry. Not zero: look.
AUDIT := var/audit
.PHONY: audit
audit: $(VENV)/.installed-dev $(AUDIT)/.installed
	@$(BIN)/python tools/audit $(AUDIT)/bin/pip-audit

$(AUDIT)/.installed: requirements-audit.lock
	@test -x $(AUDIT)/bin/python || $(PYTHON) -m venv $(AUDIT)
	@echo "Installing pip-audit (once)..."
	@$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.lock
	@touch $@

# Everything that a release consists of, from the tagged commit, into var/release/: docs/releasing.md. IMAGE=0, OUT=FOLDER, PYTHON_IMAGE=NAME
# With what is locked, in an environment of its own: .venv may be a link to one that others use.
RELEASE := var/release-tools
.PHONY: release
release: $(RELEASE)/.installed
	@$(RELEASE)/bin/python -m tools.release

$(RELEASE)/.installed: requirements-dev.lock
	@mkdir -p $(dir $(RELEASE))
	@$(PYTHON) tools/install $(RELEASE) requirements-dev.lock $@

# What pages, requests, consoles and messages cost, compared with bare ones: some minutes. ONLY="pages living" JSON=FILE keeps the figures.
.PHONY: bench
bench: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks.relay $(ONLY)

# What docs/privacy.md promises, tried, as one page for a data protection officer: var/promises.html. Some minutes.
.PHONY: promises
promises: $(VENV)/.installed-dev prerequisites
	@$(BIN)/python tools/promises

bench-weight: $(VENV)/.installed
	@$(BIN)/python -m benchmarks.weight

# From hearing that a counsellor has joined to their first line on the screen, with the processor slowed down. JSON=FILE
.PHONY: bench-phone
bench-phone: $(VENV)/.installed-dev prerequisites
	@$(BIN)/python -m benchmarks.slow_phone

bench-dispatch: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks.dispatch

# The cost of a command to Redis with our client and with redis-py's pipeline.
bench-redis: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks.redis_client

# Every page of figures over two years with a million requests, on SQLite and PostgreSQL. ROWS=1000000 ONLY=SQLite
bench-indicators: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks.indicators

bench-routing: $(VENV)/.installed
	@$(BIN)/python -m benchmarks.routing

# A day of ten times today's demand in ten minutes, on PostgreSQL and Redis with two processes. SPEED=60 SHORT=1
.PHONY: bench-day
bench-day: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks.day

# Faults in every part while people talk; a table shows the consequences. SEED=7 SECONDS=15 SHORT=1 ONLY=Redis JSON=FILE
.PHONY: chaos
chaos: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.chaos

# Odd input to every form, query, header, file and operation of the API, for much longer than the tests do, at random. EXAMPLES=300
# On PostgreSQL: DATABASE_URL=postgresql://… make fuzz
.PHONY: fuzz
fuzz: $(VENV)/.installed-dev
	@EXAMPLES=$(or $(EXAMPLES),300) MITI_DATA_DIR=$(CURDIR)/var/checks $(BIN)/python -m pytest -q -k fuzz tests/access tests/coordination/test_exchange_bounds.py

# Floods from one address and from many beside ordinary conversations; a table shows what they do. SECONDS=20 SHORT=1 ONLY="asks many" JSON=FILE
.PHONY: flood
flood: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.flood

# The generated parts of docs/.
reference: $(VENV)/.installed
	@$(BIN)/python -m miti reference

# The pictures of the docs, taken in a real browser.
pictures: $(VENV)/.installed-dev prerequisites
	@$(BIN)/python tools/pictures

# Backup of everything that must be kept, and restore; FORCE=1 overwrites the file or the database.
backup restore: $(VENV)/.installed
	@test -n "$(FILE)" || { echo "usage: make $@ FILE=miti.backup"; exit 2; }
	@MITI_DEMO=0 $(BIN)/python -m miti $@ "$(FILE)" $(if $(filter 1,$(FORCE)),--force)

# Twelve visitors and three counsellors, one of them in a real browser; screenshots are in var/pictures/busy-*.png.
.PHONY: busy-half-hour
busy-half-hour: $(VENV)/.installed-dev prerequisites
	@BUSY_HALF_HOUR=whole $(BIN)/python -m pytest -q tests/browser/test_busy_half_hour.py

# Third-party files that Miti serves itself, at the versions of tools/package.json; then `make pack`.
vendor: $(NODE_MODULES)
	tools/vendor

# The widget's packed files; run it after each change of their sources.
pack: $(NODE_MODULES)
	tools/pack

# Format scripts, style sheets and locale files.
.PHONY: format
format: $(NODE_MODULES)
	@tools/format

$(NODE_MODULES): tools/package-lock.json
	@$(PYTHON) tools/prerequisites scripts

# The lock files name versions and hashes, never an address.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml --group dev -o requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --group audit -o requirements-audit.lock
