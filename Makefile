# Everything a newcomer or CI needs. Only Python 3.11+ and make have to be there.
PYTHON ?= python3
PORT ?= 5000
DEMO ?= borough
UV := .uv/bin/uv
BIN := .venv/bin

# What Python has compiled it keeps, whatever the machine is set to: hundreds of tests start the app, or a worker.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help run test check audit soak fuzz bench chromium nginx oidc pictures catalogues lock clean
help: ## What can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

run: .venv/run ## Set up everything, then serve the demo on http://127.0.0.1:5000 (PORT=8080, DEMO=none)
	@BASE_URL=$${BASE_URL:-http://127.0.0.1:$(PORT)} $(BIN)/flask upkeep serve --port $(PORT) --demo $(DEMO)

test: .venv/dev oidc ## Set up everything, then run the tests, each on one of the two databases
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow and not soak"

check: .venv/dev ## Style, types, the order of packages, and what a search for weak spots finds
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	@# its notes on standard error are of marks that it looks at twice; what it finds goes to standard output
	$(BIN)/bandit -q -c pyproject.toml -r survey_app wsgi.py gunicorn.conf.py 2> /dev/null

audit: .venv/dev ## Is any library known to be vulnerable? Says so where that cannot be looked up (status 3)
	$(BIN)/python .ci/audit.py

soak: .venv/dev oidc ## All other tests: long ones, those on the other database, workers and servers killed under load
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "slow and not soak"
	$(BIN)/python -m pytest -m soak

fuzz: .venv/dev ## Bad input of many new kinds for every form and file
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest -n 2 --dist loadfile tests/fuzz

bench: .venv/dev ## Measure the product beside named references; results are ratios (docs/performance.md)
	$(BIN)/python -m benchmarks

chromium: ## A browser and a text browser for the tests where there are none (Debian, as root)
	@missing="$$(command -v w3m > /dev/null || echo w3m)"; \
	test -n "$$CHROMIUM" || command -v chromium || command -v chromium-browser || command -v google-chrome || \
	  missing="$$missing chromium"; \
	test -z "$$missing" || { apt-get update -q && apt-get install -yq $$missing; }

nginx: ## The reverse proxy of a deployment for the tests where there is none (Debian, as root)
	@PATH="$$PATH:/usr/sbin" command -v nginx > /dev/null || { apt-get update -q && apt-get install -yq --no-install-recommends nginx-light; }

oidc: tests/oidc/package-lock.json ## A real provider of single sign-on for the tests, where there is Node
	@if ! command -v npm > /dev/null; then echo "no Node: the tests with a real provider of single sign-on are skipped"; \
	elif [ ! tests/oidc/node_modules/.package-lock.json -nt tests/oidc/package-lock.json ]; then \
	  (cd tests/oidc && npm ci --ignore-scripts --no-audit --no-fund --silent && touch node_modules/.package-lock.json) || \
	  echo "no registry: the tests with a real provider of single sign-on are skipped"; fi

pictures: .venv/dev ## Take the pictures of all pages again, for README and docs/pictures.md
	$(BIN)/python -m tests.browser.pictures

catalogues: .venv/dev ## Find the texts for residents again, bring them into the catalogues, and compile these
	$(BIN)/pybabel -q extract -F babel.cfg -k for_translation -k translated --no-location --sort-output -o .messages.pot .
	$(BIN)/pybabel -q update -i .messages.pot -d survey_app/translations --ignore-obsolete --no-fuzzy-matching
	$(BIN)/pybabel -q compile -d survey_app/translations
	@rm -f .messages.pot

lock: $(UV) ## Make the lock files again from requirements.in and requirements-dev.in
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url requirements.in -o requirements.txt
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url requirements-dev.in -o requirements-dev.txt

clean: ## Remove the environments; the data in instance/ stays
	rm -rf .venv .uv

$(UV):
	$(PYTHON) -m venv .uv
	.uv/bin/pip install -q --disable-pip-version-check uv

# An environment holds exactly one lock. The development lock contains the run-time lock, so it serves `run` too.
.venv/run: requirements.txt | $(UV)
	@if [ ! -e .venv/dev ] || [ requirements-dev.txt -nt .venv/dev ]; then \
	  $(UV) venv -q --allow-existing --python $(PYTHON) .venv && \
	  VIRTUAL_ENV=.venv $(UV) pip sync -q --require-hashes --compile-bytecode requirements.txt; fi
	@touch $@

.venv/dev: requirements-dev.txt | $(UV)
	$(UV) venv -q --allow-existing --python $(PYTHON) .venv
	VIRTUAL_ENV=.venv $(UV) pip sync -q --require-hashes --compile-bytecode requirements-dev.txt
	@touch $@ .venv/run
