# `make demo` shows what bpsai-pair does; `make test` runs its tests. Both install what is missing.

prefix ?= /usr/local
release := .build/release/bpsai-pair

.PHONY: build demo test test-agents test-faults test-hooks test-merges test-walls test-sandbox bench fuzz fmt check install dependencies

# The Swift libraries are linked statically: loading them takes longer than most commands do.
build: dependencies
	swift build --configuration release --static-swift-stdlib --product bpsai-pair

demo: build
	docs/demo.sh $(release)

test:
	.ci/install-dependencies bubblewrap socat tinyproxy-bin
	swift test

# The real agents, from their PyPI wheels, against a model server on loopback.
test-agents: build
	.ci/install-dependencies python3-venv strace
	Tests/EndToEnd/install_agents.sh .build/agents
	Tests/EndToEnd/run.py --pair $(release) --agents .build/agents/bin

# Faults at every effect of a run, races, damage, hostile agents.
test-faults: build
	Tests/Faults/run.py --pair $(release)

# The hooks, with real git, pushes and hook managers.
test-hooks: build
	.ci/install-dependencies python3-venv
	Tests/Hooks/install_managers.sh .build/hook-managers
	Tests/Hooks/run.py --pair $(release) --managers .build/hook-managers/bin

# Conflicts of random histories, as forecast and as git says them.
test-merges: build
	Tests/Merges/run.py --pair $(release)

# What agents do to the user's git, files and processes, as root and as a plain user.
test-walls: build
	.ci/install-dependencies python3-venv
	Tests/EndToEnd/install_agents.sh .build/agents
	Tests/Walls/run.py --pair $(release) --agents .build/agents/bin

# What walls keep agents, checks and set-up commands from, and that all else works within them. Of what is done to a
# repository, each wall gets one user here; run.py does it all when it is asked to.
walls := Tests/Walls/run.py --pair $(release)
test-sandbox: build
	.ci/install-dependencies bubblewrap python3-venv socat strace tinyproxy-bin
	Tests/EndToEnd/install_agents.sh .build/agents
	$(release) sandbox test
	$(walls) --topic beyond --wall none --wall landlock --wall bwrap
	$(walls) --topic by_path --topic processes --wall landlock --only 'as a plain user'
	$(walls) --topic by_path --topic processes --topic files --wall bwrap --only 'as root'
	PAIR_TEST_SANDBOX=require swift test
	Tests/EndToEnd/run.py --pair $(release) --agents .build/agents/bin --wall bwrap
	Tests/EndToEnd/run.py --pair $(release) --agents .build/agents/bin --wall landlock

bench: build
	.ci/install-dependencies bubblewrap python3-venv
	swift build --configuration release --product RouteTasks
	swift build --configuration release --product AppendEvents
	swift build --configuration release --product EncloseWorktree
	Benchmarks/dry-run.py $(release)
	Benchmarks/route-all.py $(release) .build/release/RouteTasks
	Benchmarks/worktree-pool.py $(release)
	Benchmarks/private-git.py .build/release/EncloseWorktree
	Benchmarks/run-overhead.py $(release)
	Benchmarks/sandbox.py $(release)
	Benchmarks/new-files.py $(release)
	Benchmarks/ledger.py $(release) .build/release/AppendEvents
	Tests/Hooks/install_managers.sh .build/hook-managers
	Benchmarks/hooks.py $(release) --managers .build/hook-managers/bin
	Benchmarks/plan-schedule.py $(release)
	Benchmarks/plan-size.py $(release)
	Benchmarks/conflicts.py $(release)

# A million damaged task files, plans and settings through the parsers.
fuzz: dependencies
	swift run --configuration release FuzzTaskFiles --files 1000000 --seed 1

fmt:
	swift format --in-place --recursive Package.swift Sources Tests Benchmarks

check:
	.ci/install-dependencies shellcheck python3
	.ci/check-shape --self-test
	.ci/check-shape
	swift format lint --strict --recursive Package.swift Sources Tests Benchmarks
	shellcheck hooks/* ci/*.sh docs/*.sh .ci/install-dependencies .ci/run Tests/EndToEnd/*.sh Tests/Hooks/*.sh Tests/Walls/*.sh Tests/Faults/stand-in Tests/CommandTests/Fixtures/claude Tests/CommandTests/Fixtures/codex \
		Tests/CommandTests/Fixtures/cursor-agent

install: build
	install -D -m 755 $(release) $(DESTDIR)$(prefix)/bin/bpsai-pair

dependencies:
	@.ci/install-dependencies
