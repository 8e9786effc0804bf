# Two commands: `make demo` shows the pipeline at work, `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BROKER ?= embedded
ROUNDS ?= 33
SEED ?= 1
SECONDS ?= 300
MINUTES ?= 60
RATE ?= 4000
KAFKA_LIBS := .kafka/libs
SINGLE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 PYTHONHASHSEED=0

.DEFAULT_GOAL := help
.PHONY: help install native interpreted demo test faults soak check lint kafka lock bench model leave-one-out fuzz clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(VENV)/installed ## Make .venv with the pinned, hashed dependencies

$(VENV)/installed: requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is required, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

native: install ## Compile the hot path (needs a C compiler; without one the sources run as they are)
	$(BIN)/python -m pipeline.native

interpreted: install ## Go back to the sources as they are
	$(BIN)/python -m pipeline.native remove

demo: native $(if $(filter kafka,$(BROKER)),$(KAFKA_LIBS)/ready) ## Publish 1,200 conversations, redact them, reconcile the outcome (BROKER=embedded|kafka, KEEP=1)
	$(BIN)/redact demo --broker $(BROKER)$(if $(KEEP), --keep)

test: native ## Run every test this machine can run; it says what it left out
	$(BIN)/pytest -m alone
	$(BIN)/pytest -n 2 --dist loadfile -m "not alone"

faults: native $(KAFKA_LIBS)/ready ## Kill, freeze, cut and refuse under load, by seed, and judge what came out (ROUNDS=, SEED=; half a minute a round)
	$(BIN)/python -m tests.faults --rounds $(ROUNDS) --seed $(SEED)

soak: native $(KAFKA_LIBS)/ready ## Run a worker for an hour at a steady rate; memory, files, order, latency by the minute (MINUTES=, RATE=)
	$(BIN)/python -m tests.faults.soak --minutes $(MINUTES) --rate $(RATE)

check: install ## Lint, types, import contracts, schemas and docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/architecture

kafka: $(KAFKA_LIBS)/ready ## Fetch Apache Kafka (for the delivery tests; needs Java 17 and Maven)

$(KAFKA_LIBS)/ready: tests/support/kafka-pom.xml
	mvn --quiet --batch-mode --file tests/support/kafka-pom.xml dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/$(KAFKA_LIBS)
	@touch $@

bench: native ## Print the throughput table, as ratios against references in the same run
	$(BIN)/redact bench

model: install ## Make the weights of the names tier again (about ten minutes on one core; same data, same weights)
	$(SINGLE_THREAD) $(BIN)/python -m pipeline.training build

leave-one-out: install ## Print what detection is worth on each corpus that nothing was learned from
	$(SINGLE_THREAD) $(BIN)/python -m pipeline.training leave-one-out

fuzz: interpreted ## Search for input that breaks a parser or detector, guided by coverage (SECONDS=300, TARGETS=decoding ...)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: -r requirements/fuzz.txt
	$(BIN)/python -m tests.fuzz.run $(SECONDS) $(TARGETS)

lock: ## Renew the lock files (needs uv); hashes, no addresses
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet pyproject.toml --output-file requirements/runtime.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet pyproject.toml --group dev --group bench --group model --output-file requirements/dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --group pyproject.toml:fuzz --output-file requirements/fuzz.txt

clean: ## Remove what install, kafka and demo made
	find pipeline -name '*.so' -delete
	rm -rf $(VENV) .kafka .demo .fuzz
