# The project's commands. `make` alone lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# Where cargo puts what it builds.
TARGET := $(or $(CARGO_TARGET_DIR),target)
SERVER := $(TARGET)/release/server
# The rigs start their servers, databases and load by themselves.
RIGS := SERVER_BIN=$(SERVER) cargo run --quiet --release --package rigs --

.PHONY: help run dev demo test lint fmt bench bench-data chaos soak contract security build clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: build ## build what is missing and serve the site on http://127.0.0.1:3000
	@exec $(SERVER)

dev: ## serve a debug build and rebuild it on every change
	@scripts/setup.sh run
	@exec scripts/dev.sh

demo: build ## fill ./data (or DATABASE_URL) with a believable world, then serve it
	@$(SERVER) demo
	@exec $(SERVER)

test: ## run every check and every test; about 45 minutes on two cores from a clean clone
	@scripts/setup.sh test
	@exec scripts/test.sh

lint: ## check format and lints of the server and the browser half, without changing a file
	@scripts/setup.sh run
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	cargo clippy --package frontend --target wasm32-unknown-unknown -- -D warnings
	cargo xtask purity

fmt: ## format the sources
	cargo fmt

bench: build ## measure requests a second, beside the floors of this machine
	@scripts/setup.sh bench
	@$(RIGS) bench

bench-data: build ## fill the database at DATABASE_URL with the large data set of `make bench`
	@$(SERVER) bench-data

chaos: build ## take away what the server needs, under load and beside bad callers, and count what was lost
	@scripts/setup.sh services
	@$(RIGS) chaos

soak: build ## everything an agent does at a steady rate for half an hour: memory, failures, latency
	@scripts/setup.sh services
	@$(RIGS) soak

contract: build ## hold the OpenAPI document against a server, by thousands of generated calls
	@scripts/setup.sh test
	@$(RIGS) contract

security: build ## attack a running server: hostile input, forged addresses, stolen forms
	@scripts/setup.sh test
	@$(RIGS) security

build: ## build the release site and server
	@scripts/setup.sh run
	@scripts/build.sh

clean: ## remove everything that was built; the data stays
	cargo clean
	rm -rf style/node_modules end2end/node_modules end2end/test-results
