# The whole user interface: `make help` explains each target.
#
# Variables that targets take, from the command line or the environment:
#   PG_MAJOR=16          the other embedded version          DATABASE_URL=postgres://...   a server of your own
#   TO=0210 STEPS=2      how far migrate and rollback go     FORCE=1        lose rows, after they were named
#   OUT_OF_ORDER=1       apply a file below an applied one   LOCK_WAIT=60   seconds to wait for another run
#   LOCK_TIMEOUT=3s STATEMENT_TIMEOUT=10min                  LOCK_ATTEMPTS=5

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# make would expand $(...) in them, and a password may hold a dollar sign
unexport MAKEOVERRIDES
export DATABASE_URL PG_MAJOR TO STEPS FORCE OUT_OF_ORDER LOCK_WAIT LOCK_TIMEOUT STATEMENT_TIMEOUT LOCK_ATTEMPTS

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python -m scripts

.PHONY: help
help: ## Explain every target
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{ printf "  %-18s %s\n", $$1, $$2 } /^##@ /{ printf "\n%s\n", substr($$0, 5) }' $(MAKEFILE_LIST)

##@ The database
.PHONY: migrate rollback status plan verify seed-demo platform
migrate: $(VENV)/ready ## Apply all migrations and policies (TO=number: up to that one), then the reference data
	@$(RUN) migrate

rollback: $(VENV)/ready ## Take back the last file (STEPS=n: the last n, TO=number: all above it)
	@$(RUN) rollback

status: $(VENV)/ready ## Show the server and the state of each file
	@$(RUN) status

plan: $(VENV)/ready ## Show what migrate would run, with the locks it takes, measured on a scratch copy
	@$(RUN) plan

verify: $(VENV)/ready ## Compare the files with the books, and the live schema with what the files build
	@$(RUN) verify

seed-demo: $(VENV)/ready ## Add demo data: three workspaces, a few hundred rows of each kind
	@$(RUN) seed-demo

platform: $(VENV)/ready ## Prepare a server of your own (DATABASE_URL) as Supabase would; superuser needed
	@$(RUN) platform

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
.PHONY: setup lock
setup: $(VENV)/ready ## Make .venv from requirements.lock; every other target does that by itself

$(VENV)/ready: requirements.lock
	@./scripts/setup.sh "$(PYTHON)" "$(VENV)"

lock: ## Write requirements.lock anew from pyproject.toml
	@$(PYTHON) -m venv build/lock && build/lock/bin/pip install --quiet uv==0.13.9
	@build/lock/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --upgrade --quiet --custom-compile-command 'make lock' --output-file requirements.lock
