#!/bin/sh
# Shows bpsai-pair at work in a scratch repository:   docs/demo.sh PATH/TO/bpsai-pair
#
# Everything happens in one new folder with a HOME of its own; no model, no key and no network is needed,
# since the tasks that run here bring a recipe.
set -eu

pair=$(realpath "${1:?usage: docs/demo.sh PATH/TO/bpsai-pair}")
demo=$(mktemp -d "${TMPDIR:-/tmp}/bpsai-pair-demo.XXXXXX")
mkdir "$demo/home" "$demo/bin" "$demo/project"
ln -s "$pair" "$demo/bin/bpsai-pair"
export HOME="$demo/home" XDG_STATE_HOME="$demo/state" PATH="$demo/bin:$PATH"
export GIT_CONFIG_GLOBAL="$demo/home/.gitconfig" GIT_CONFIG_SYSTEM=/dev/null
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
git config --global user.name "Demo User"
git config --global user.email demo@example.com
git config --global init.defaultBranch main
git config --global core.pager cat
cd "$demo/project"

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$(printf '\033[1m') plain=$(printf '\033[0m')
fi
title() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
run() {
	printf '%s$ %s%s\n' "$bold" "$*" "$plain"
	"$@"
}

title "A small project, and bpsai-pair set up in it"
git init -q
mkdir -p src docs
printf 'def greet(name):\n    return "Hello, " + name\n' >src/greet.py
printf 'from greet import greet\n\nprint(greet("World"))\n' >src/main.py
printf '# Greeter\n\nPrints a greeting.\n' >docs/guide.md
run bpsai-pair init | sed '/^$/,$d'
git add -A && git commit -q -m "Start"
run bpsai-pair hooks install

title "Three tasks, in the two formats that PairCoder projects hold"
cat >.paircoder/tasks/TASK-1.task.md <<'TASK'
---
id: TASK-1
title: Rename greet to welcome everywhere
type: refactor
priority: P1
complexity: 15
status: pending
sprint: demo
---

# Objective

One name for one idea: the function is called `welcome` from now on.

# Files to Modify

- `src/greet.py`
- `src/main.py`

# Recipe

```sh recipe
sed -i 's/\bgreet(/welcome(/g; s/import greet\b/import welcome/' src/greet.py src/main.py
```

# Acceptance Criteria

- [ ] `src/greet.py` defines `welcome`
- [ ] Nothing calls `greet` any more
TASK
cat >.paircoder/tasks/TASK-2.task.md <<'TASK'
# TASK-2: Document the welcome function

## Metadata
- **ID**: TASK-2
- **Plan**: demo-plan
- **Sprint**: demo
- **Priority**: P2
- **Complexity**: 10
- **Status**: pending
- **Tags**: docs

## Description

Say in the guide how to call it.

```sh recipe
printf '\nCall `welcome(name)`.\n' >> docs/guide.md
```

## Dependencies

- TASK-1 (the new name)

## Files to Create/Modify

- `docs/guide.md`
TASK
cat >.paircoder/tasks/TASK-3.task.md <<'TASK'
---
id: TASK-3
title: Design a plugin system for greetings
type: feature
complexity: 70
status: pending
---

# Objective

Other languages should be plugins. Work out how they are found and loaded.

# Acceptance Criteria

- [ ] The design names the parts and what each must not know
TASK
git add -A
run git commit -q -m "Plan the demo sprint"

title "Who would take the design task, and why (a model's work: shown, not run)"
run bpsai-pair orchestrate --task TASK-3 --dry-run || [ $? = 69 ]

title "A recipe is text out of the repository: it runs once you approved exactly that text"
run bpsai-pair orchestrate --task TASK-1 || [ $? = 77 ]
run bpsai-pair trust TASK-1 TASK-2

title "The run: a worktree of its own, a commit on a branch of its own"
run bpsai-pair orchestrate --task TASK-1

title "What the agent committed, with its handoff note"
run git show --notes=paircoder --format=fuller paircoder/TASK-1

title "The review, and the rest of the sprint"
run bpsai-pair review TASK-1
run bpsai-pair orchestrate --plan demo
run bpsai-pair status

title "The task's history is a ref: nothing else stores state"
run bpsai-pair log TASK-1
run git log --oneline refs/paircoder/tasks/TASK-1
run git log --oneline --graph paircoder/TASK-2
run git status --short --branch

cat <<END

What was made, and where:
  the project      $demo/project   (your checkout, untouched by the runs)
  result branches  $(git branch --list 'paircoder/*' --format='%(refname:short)' | tr '\n' ' ')
  task logs        $(git for-each-ref --format='%(refname)' refs/paircoder/tasks | tr '\n' ' ')
  notes            refs/notes/paircoder
  approvals        $demo/state/bpsai-pair/approvals
Take a result with 'git merge paircoder/TASK-1'. Remove all of it with: rm -rf $demo
END
