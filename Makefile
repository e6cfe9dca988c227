# muster's tasks. `make` alone lists them.

GO ?= go

# The race detector needs a C compiler. Without one the tests still run, and say so.
CC_FOUND := $(shell command -v $$($(GO) env CC) 2>/dev/null)
ifneq ($(CC_FOUND),)
RACE := -race
export CGO_ENABLED := 1
endif

.PHONY: help
help: ## list the tasks
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

.PHONY: build
build: ## build bin/muster
	$(GO) build -o bin/ ./cmd/muster

.PHONY: demo
demo: ## launch a fleet, run a command on it, stop and start it: on the embedded offline AWS
	@$(GO) run ./cmd/muster demo

.PHONY: test
test: ## everything that CI needs: build, vet, lint, tests with the race detector, scripts, conventions, docs
	@$(if $(RACE),true,echo "no C compiler: the tests run without the race detector" >&2; test -z "$$REQUIRE_RACE")
	$(GO) build ./...
	$(GO) vet ./...
	$(GO) vet -tags conformance ./mock/conformance
	$(GO) tool staticcheck ./...
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "gofmt would change these files" >&2; exit 1; }
	$(GO) test $(RACE) ./...

.PHONY: conformance
conformance: ## the mock against the AWS CLI and boto3 of Debian, which are installed where missing
	@./mock/conformance/install.sh
	$(GO) test -count=1 -tags conformance ./mock/conformance

.PHONY: bench
bench: ## times, beside a bare SDK program, the AWS CLI and moto's server
	$(GO) test -run '^$$' -bench . -benchmem ./...
	$(GO) run ./bench/coldstart
	$(GO) run ./bench/servers

.PHONY: fuzz
fuzz: ## fuzz every parser for FUZZTIME (10s) each
	@$(GO) list ./... | while read -r pkg; do \
		$(GO) test -list '^Fuzz' "$$pkg" | grep '^Fuzz' | while read -r f; do \
			echo "$$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(or $(FUZZTIME),10s) "$$pkg" || exit 1; \
		done || exit 1; \
	done

.PHONY: docs
docs: ## write the generated pages again: references, the outputs of commands on pages, wire names
	$(GO) generate ./...
	$(GO) test ./cmd ./mock ./docs -run '^TestDocs' -update

.PHONY: clean
clean: ## remove what the tasks have built
	rm -rf bin
