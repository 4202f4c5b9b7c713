# The tasks of watchlist: `make run` is the first. Every task makes the environment it needs in .venv, and makes it
# anew only when a requirements file has changed.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
RUN := .venv/.installed-run
DEV := .venv/.installed-dev
COMPILE := $(BIN)/uv pip compile --quiet --system-certs --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --annotation-style line $(UPGRADE)

.PHONY: run demo test coverage check mutants fuzz bench pictures soak audit lock clean

run: $(RUN)  ## the main job: the founding reports with live prices
	$(BIN)/python main.py daily --or-demo $(ARGS)

demo: $(RUN)  ## the whole road offline, on simulated prices
	$(BIN)/python main.py demo $(ARGS)

test: $(DEV)  ## every test, offline; ARGS="-k words" chooses some
	$(BIN)/python -m pytest --numprocesses auto $(ARGS)

coverage: $(DEV)  ## what the tests reach, in the programs that they start too; a quarter of an hour
	$(BIN)/python -m tests.covered $(ARGS)

check: $(DEV)  ## lint, format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

mutants: $(DEV)  ## does a test notice when the core is changed in small ways? an hour or two
	$(BIN)/python -m mutmut run $(ARGS)
	$(BIN)/python -m mutmut results

fuzz: $(DEV)  ## every parser on 100,000 odd inputs, the laws of the reader on 200,000; hours
	$(BIN)/python -m pytest --hypothesis-profile=parsers tests/test_fuzz.py $(ARGS)
	$(BIN)/python -m pytest --hypothesis-profile=fuzz tests/reading/test_laws.py $(ARGS)

bench: $(DEV)  ## how fast it is here
	$(BIN)/python -m bench $(ARGS)

pictures: $(DEV)  ## docs/pictures anew; needs real prices, Chromium and LibreOffice
	$(BIN)/python -m tests.pictures $(ARGS)

soak: $(DEV)  ## kills, full disks, flipped bits, many at once: hours of it
	$(BIN)/python -m bench soak --long $(ARGS)

audit: $(DEV)  ## known vulnerabilities of what is pinned; asks a service, and is no pass where it does not answer
	$(BIN)/python -m tests.audit $(ARGS)

lock: $(DEV)  ## compile the *.in files into requirements with hashes; UPGRADE=--upgrade takes newer versions
	for name in requirements-build requirements; do \
		UV_CUSTOM_COMPILE_COMMAND="make lock" $(COMPILE) $$name.in --output-file $$name.txt || exit 1; \
	done
	for name in requirements-fast requirements-notify requirements-scale requirements-dev; do \
		UV_CUSTOM_COMPILE_COMMAND="make lock" $(COMPILE) $$name.in --constraints requirements.txt \
			--output-file $$name.txt || exit 1; \
	done

clean:  ## what the tools left behind; the environment and the database stay
	rm -rf .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist mutants
	find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +

# jsonpath and peewee come as source only: what builds them is installed first, by hash, and no build fetches anything itself.
INSTALL = $(BIN)/python -m pip install --disable-pip-version-check $$(test -t 1 || echo --quiet) --require-hashes
define install
@echo "Installing $(1) into .venv: a minute or two, once. 正在安装到 .venv，约一两分钟，只需一次。" >&2
@$(INSTALL) --requirement requirements-build.txt
@$(INSTALL) --no-build-isolation --requirement $(1)
endef

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'watchlist needs Python 3.11 or newer, and "$(PYTHON)" is not: name one that is, as in make PYTHON=python3.12.' >&2; \
		echo '需要 Python 3.11 或更新版本：请指明一个，如 make PYTHON=python3.12。' >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo 'This Python cannot make environments yet: install what it lacks with sudo apt install python3-venv, then try again.' >&2; \
		echo '此 Python 还不能建立环境：请先执行 sudo apt install python3-venv，再试。' >&2; \
		exit 1; }
	@$(PYTHON) -m venv .venv

$(RUN): requirements.txt requirements-build.txt | $(BIN)/python
	$(call install,requirements.txt)
	@touch $@

$(DEV): requirements-dev.txt requirements-build.txt | $(BIN)/python
	$(call install,requirements-dev.txt)
	@touch $(RUN) $@
