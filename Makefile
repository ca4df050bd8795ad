# make run shows Groundwatch at work; make test is what every change must pass.

GO ?= go
FUZZTIME ?= 5m
COUNT ?= 10

# One static binary without C. Only the race detector needs a C compiler.
export CGO_ENABLED = 0

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null)
PACKAGES ?= ./...

# The modules of this repository. Those below the root keep their dependencies, or their having none, to themselves.
MODULES ?= . eventlog eventlog/bench analyzers/golangci examples/labels test/clickhouse

.PHONY: build run test sdk race long crash fuzz lint bench gobench logbench clean

build: ## the programs, as bin/groundwatch and bin/eventlint
	$(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/ ./cmd/groundwatch ./cmd/eventlint

run: build ## the main job, on generated sample logs in build/
	@PATH="$(CURDIR)/bin:$$PATH" sh docs/tour.sh

test: ## vet and every fast test, in every module
	@set -e; for m in $(MODULES); do \
		echo "== $$m"; \
		(cd $$m && $(GO) vet $(PACKAGES) && $(GO) test -timeout 20m $(PACKAGES)); \
	done

sdk: ## AWS's own clients against a server of ours; fetches those that are missing
	GROUNDWATCH_INSTALL=1 $(GO) test -count=1 ./test/sdk

race: ## the same tests under the race detector
	@if command -v "$$($(GO) env CC)" >/dev/null 2>&1; then \
		set -e; for m in $(MODULES); do echo "== $$m"; (cd $$m && CGO_ENABLED=1 $(GO) test -race -short $(PACKAGES)); done; \
	else \
		echo "make race: skipped, no C compiler ($$($(GO) env CC))"; \
	fi

long: race fuzz crash ## what takes its time: races, every fuzz target, crashes

# Numbers of make crash; see bench/README.md. A slice is what two quiet cores do in half an hour; no command takes an hour.
KILLS ?= 5000
KILL_SLICE ?= 2500
POINTS ?= 240
CYCLES ?= 200
SEEDS ?= 500000
WAL_SLICE ?= 250000
TABLE_SLICE ?= 50000

# powerloss runs package $(1) for SEEDS seeds, $(2) in a command.
powerloss = @set -e; for first in $$(seq 0 $(2) $$(($(SEEDS) - 1))); do \
	GROUNDWATCH_FIRST_SEED=$$first GROUNDWATCH_SEEDS=$(2) $(GO) test -count=1 -timeout 1h -v -run '^TestPowerLoss$$' $(1); \
done

crash: ## servers killed, disks full and broken, power lost: KILLS, CYCLES, POINTS, SEEDS
	@set -e; for done in $$(seq 0 $(KILL_SLICE) $$(($(KILLS) - 1))); do \
		GROUNDWATCH_KILLS=$(KILL_SLICE) $(GO) test -count=1 -timeout 1h -v -run '^TestKill$$' ./test/crash; \
	done
	GROUNDWATCH_CYCLES=$(CYCLES) $(GO) test -count=1 -timeout 1h -v -run '^TestDiskFull$$' ./test/crash
	GROUNDWATCH_POINTS=$(POINTS) $(GO) test -count=1 -timeout 1h -v -run '^TestInjection$$' ./test/crash
	GROUNDWATCH_LONG=1 $(GO) test -count=1 -timeout 1h ./internal/catalog/... ./internal/logs
	$(call powerloss,./internal/wal,$(WAL_SLICE))
	$(call powerloss,./internal/table/embedded,$(TABLE_SLICE))

fuzz: ## every fuzz target for FUZZTIME, one after the other
	@set -e; for m in $(MODULES); do (cd $$m; for pkg in $$($(GO) list $(PACKAGES)); do \
		targets=$$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); \
		for target in $$targets; do \
			echo "$$pkg $$target $(FUZZTIME)"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x $$pkg; \
		done; \
	done); done

lint: ## format, vet, staticcheck, errorlint, known vulnerabilities; house_test.go holds the rest
	@bad=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$bad" ]; then echo "not in gofmt's form:"; echo "$$bad"; exit 1; fi
	@mkdir -p build/tools
	$(GO) build -o build/tools/ honnef.co/go/tools/cmd/staticcheck github.com/polyfloyd/go-errorlint
	@set -e; for m in $(MODULES); do \
		echo "== $$m"; \
		(cd $$m && $(GO) vet $(PACKAGES) && $(CURDIR)/build/tools/staticcheck $(PACKAGES) && $(CURDIR)/build/tools/go-errorlint $(PACKAGES)); \
	done
	$(GO) test .
	@out=$$($(GO) tool govulncheck $(PACKAGES) 2>&1) && status=0 || status=$$?; \
	if [ $$status -ne 0 ] && echo "$$out" | grep -q 'vuln.go.dev'; then \
		echo "make lint: govulncheck skipped, its database is out of reach"; \
	else \
		echo "$$out"; exit $$status; \
	fi

bench: ## whole programs beside their peers, as a table in build/bench/figures.md
	@mkdir -p build/bench
	$(GO) run ./bench/compare | tee build/bench/figures.md

logbench: ## eventlog beside other loggers, as a table in build/bench/loggers.md
	@mkdir -p build/bench
	cd eventlog/bench && $(GO) test -run '^$$' -bench Log -benchtime 100ms -count $(COUNT) . >$(CURDIR)/build/bench/loggers.txt
	cd eventlog/bench && $(GO) run ./table <$(CURDIR)/build/bench/loggers.txt | tee $(CURDIR)/build/bench/loggers.md

gobench: ## Go benchmarks into build/bench/new.txt, against build/bench/old.txt if there is one
	@mkdir -p build/bench
	$(GO) test -run '^$$' -bench . -benchmem -count $(COUNT) $(PACKAGES) | tee build/bench/new.txt
	@if [ -f build/bench/old.txt ]; then $(GO) tool benchstat build/bench/old.txt build/bench/new.txt; \
	else $(GO) tool benchstat build/bench/new.txt; fi

clean: ## what was built
	rm -rf bin build
