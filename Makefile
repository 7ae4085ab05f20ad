# The one entry point. `make help` lists what there is.
GO       ?= go
RELEASE  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BUILD     = $(GO) build -trimpath -ldflags "-X main.release=$(RELEASE)" -o bin/midwatch ./cmd/midwatch
# What runs under the race detector too: packages with goroutines, and of the larger ones the tests that have several at
# work. `make race` runs everything under it, which takes half an hour.
CONCURRENT = ./collectors/files ./collectors/github ./collectors/gitlab ./collectors/hec ./collectors/spool ./collectors/stream ./collectors/collectortest
TOGETHER   = Receiv|Shell|SameTime|Snapshot|Busy|Stopped|Cancel
SHARED   ?= ../shared

.PHONY: help build test test-node test-servers race lint fmt generate bench eval fuzz demo release test-release test-browser test-python

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

build: ## build bin/midwatch
	$(BUILD)

test: lint ## what must pass before a change lands
	$(GO) test -timeout 45m ./...
	$(GO) test -timeout 45m -race -short $(CONCURRENT)
	$(GO) test -timeout 45m -race -run '$(TOGETHER)' ./cmd/midwatch ./queries/warehouse

test-node: build ## npm's DuckDB client on a snapshot, and npm's MCP client (needs npm)
	testdata/node/run.sh bin/midwatch

test-servers: ## real nginx, Apache, gitolite and git on loopback; installs them from Debian
	testdata/servers/install.sh
	$(GO) vet -tags servers ./cmd/midwatch
	$(GO) test -tags servers -run '^TestServers' -count=1 -timeout 5m ./cmd/midwatch

race: ## everything under the race detector
	$(GO) test -race ./...

lint: ## formatting and vet
	@test -z "$$(gofmt -l analyzer cmd collectors queries)" || { gofmt -l analyzer cmd collectors queries; echo "run: make fmt"; exit 1; }
	$(GO) vet ./...

fmt: ## format the Go code
	gofmt -w analyzer cmd collectors queries

generate: build ## write the generated documents
	$(GO) generate ./...

bench: build ## speed and memory, against DuckDB itself, and the questions on EVENTS=100000000 (hours)
	testdata/bench/bench.sh "$(SHARED)"
	testdata/bench/questions.sh

eval: build ## the organisation of $(SHARED)/eval, several seeds (minutes)
	testdata/eval/eval.sh "$(SHARED)"

fuzz: ## fuzz what parses, a minute each
	testdata/fuzz.sh

demo: build ## show all of it on a sample organisation
	bin/midwatch demo

release: ## archives, deb, rpm, SBOM and checksums into bin/release (ARCHITECTURES, amd64 and arm64)
	cmd/midwatch/packaging/release.sh bin/release $(ARCHITECTURES)

test-release: ## built twice, installed on a fresh Debian, run as a container (root; minutes)
	cmd/midwatch/packaging/test.sh bin/test-release $(ARCHITECTURES)

test-browser: build ## the timeline of a planted theft as Chromium draws it (installs it from Debian; needs npm)
	testdata/browser/run.sh bin/midwatch bin/timeline.png

test-python: build ## a snapshot opened with Python's DuckDB and with DuckDB's own shell (needs python3-venv)
	testdata/python/run.sh bin/midwatch
