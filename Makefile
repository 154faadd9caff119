# `make demo` and `make test` do the set-up they need; `make help` lists the rest.
SHELL := /bin/bash
BIN := .venv/bin
VIDEO ?=
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test campaign replay-bugs mutation tickets coverage gas gpu invariants \
  audit audit-setup slither semgrep upgrades invariants-forge proofs lint format compile proto abi lock clean

help: ## List what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: ## Virtual environment, npm packages, compiler and test chain (others call it)
	@tools/setup.sh

# Ape's own check for what is out of date misses changes in inherited and imported files, so make does the checking.
.build/.stamp: $(shell find contracts interfaces -name '*.sol') ape-config.yaml package-lock.json | setup
	$(BIN)/ape compile --force
	@touch $@

demo: setup .build/.stamp ## One paid video job from stake to settlement; VIDEO=path for a file of your own
	$(BIN)/ape run demo $(if $(VIDEO),--video "$(VIDEO)") $(ARGS)

test: setup .build/.stamp ## All tests, on anvil and real processes; ARGS="tests/unit -k ticket" for some
	$(BIN)/ape test $(or $(ARGS),tests)

# NAME=value of make as an option of a command, where it is given.
option = $(if $(value $(1)),$(2) "$(value $(1))")

campaign: setup .build/.stamp ## Hostile calls by the million; CALLS=, SEED=, JOBS=, MACHINE=, ENGINE=ray, OUT=, REPLAY=file
	@$(BIN)/python -m tests.campaign $(call option,CALLS,--calls) $(call option,SEED,--seed) $(call option,JOBS,--jobs) \
	  $(call option,MACHINE,--machine) $(call option,ENGINE,--engine) $(call option,OUT,--out) \
	  $(call option,REPLAY,--replay) $(if $(PUBLISH),--publish) $(ARGS)

replay-bugs: setup .build/.stamp ## Plant known bugs, one by one, for the campaign to find; BUG=D18, SEEDS=, CALLS=, JOBS=, ARGS=--list
	@$(BIN)/python -m tests.bugs $(call option,BUG,--bug) $(call option,SEEDS,--seeds) $(call option,CALLS,--calls) \
	  $(call option,MACHINE,--machine) $(call option,JOBS,--jobs) $(if $(PUBLISH),--publish) $(ARGS)

mutation: setup .build/.stamp ## Faults made from the syntax tree: which go unnoticed; SAMPLE=, SEED=, FILE=, JOBS=, ARGS=--list
	@$(BIN)/python -m tests.mutation $(call option,FILE,--file) $(call option,SAMPLE,--sample) $(call option,SEED,--seed) \
	  $(call option,JOBS,--jobs) $(call option,CALLS,--calls) $(if $(PUBLISH),--publish) $(ARGS)

tickets: setup .build/.stamp ## Tickets by the million, judged in Python and on chain; TICKETS=, SEED=, JOBS=
	@$(BIN)/python -m tests.tickets $(call option,TICKETS,--tickets) $(call option,SEED,--seed) $(call option,JOBS,--jobs) \
	  $(if $(PUBLISH),--publish) $(ARGS)

coverage: setup .build/.stamp ## Lines and branches of Solidity that the tests execute; JOBS=, ARGS=--again
	@$(BIN)/python -m tests.coverage $(call option,JOBS,--jobs) $(if $(PUBLISH),--publish) $(ARGS)

gpu: setup ## On a machine with a CUDA device: tried, compared with the processor, measured; DEVICE=cuda:0, OUT=file
	@$(BIN)/python -m tests.gpu $(call option,DEVICE,--device) $(call option,OUT,--out) $(ARGS)

bench: setup ## The worker measured: sessions, stages, FFmpeg beside it; ARGS="FILE --sessions 1,2,4 --device cuda:0"
	$(BIN)/offchain bench $(if $(PUBLISH),--json docs/proof/bench.json --plot docs/proof/bench.png) $(ARGS)
	@$(if $(PUBLISH),$(BIN)/python -m tests.bench)

hostile-segments: setup ## Bombs, and damaged segments by the thousand; SEGMENTS=, SEED=
	MUTATIONS=$(or $(SEGMENTS),1000) MUTATION_SEED=$(or $(SEED),0) \
	  $(BIN)/pytest -p no:ape_test -q --timeout 7200 tests/unit/workers/test_workers_bombs.py $(ARGS)

gas: setup .build/.stamp ## Gas beside the live protocol's; POOLS="10 100 200", ARGS="--trace 'reward: middle'"
	$(BIN)/python -m tests.gas $(POOLS) $(ARGS)

invariants: setup ## The tests of every property, or of one: ID=BOND-07
	@$(BIN)/python -m tests.arch.test_invariants $(ID)

audit-setup: setup
	@tools/audit.sh

audit: audit-setup ## Second opinions by other tools, one after the other; each also by its own name, as below
	$(BIN)/python -m tests.audit

slither: audit-setup ## Slither's detectors on every production contract, against the reviewed list
	$(BIN)/python -m tests.audit slither

semgrep: audit-setup ## Rules of our own on every production contract, tried on samples first
	$(BIN)/python -m tests.audit semgrep

upgrades: audit-setup ## Slither's own count of storage slots, and what the proxy shadows
	$(BIN)/python -m tests.audit upgrades

invariants-forge: audit-setup ## Money, stake and pool by forge's coverage-guided runner; CALLS=, SEED=, JOBS=
	$(BIN)/python -m tests.audit invariants

proofs: audit-setup ## Claims about all values, proved by halmos; MATCH=, MOST= and LIMIT= seconds each, JOBS=
	$(BIN)/python -m tests.audit proofs

lint: setup ## ruff, mypy, solhint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	npx --no-install solhint --max-warnings 0 'contracts/**/*.sol' 'interfaces/**/*.sol'

format: setup ## Format the Python code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

compile: setup ## Compile the contracts and print their sizes
	$(BIN)/ape compile --force --size
	@touch .build/.stamp

proto: setup ## Generate the wire messages from their .proto
	tools/proto.sh

abi: setup .build/.stamp ## Write the interfaces that nodes carry from the compiled contracts
	$(BIN)/ape run abi

LOCK := --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
  --no-header --strip-extras --allow-unsafe

lock: ## Renew requirements.lock from pyproject.toml, requirements-audit.lock from requirements-audit.in
	$(BIN)/pip-compile $(LOCK) --extra cuda --extra dev --extra ray --output-file requirements.lock pyproject.toml
	# NVIDIA's packages exist for Linux alone; pip-compile drops what an extra says of that.
	sed -i -E "s/^((cuda|nvidia)-[a-z-]+==[^ ;]+) /\\1 ; sys_platform == 'linux' /" requirements.lock
	$(BIN)/pip-compile $(LOCK) --output-file requirements-audit.lock requirements-audit.in

clean: ## Remove everything that set-up and tests have made
	rm -rf .venv .venv-audit node_modules .build contracts/.cache demo-output campaign-output coverage-output .pytest_cache .hypothesis .mypy_cache .ruff_cache
