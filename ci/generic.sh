#!/bin/sh
# Runs a sprint's tasks as one CI step:   sh ci/generic.sh SPRINT
#
# Fetches what earlier runs left, has the tasks carried out, and publishes the results: branches
# paircoder/*, task logs and notes. Fails when a task fails, and when the results cannot be published:
# they must outlive the runner.
#
#   BPSAI_PAIR             the program (default: bpsai-pair, from PATH)
#   BPSAI_PAIR_REMOTE      where results live (default: origin)
#   BPSAI_PAIR_TRUST_FROM  a protected branch, say origin/main, whose recipes and checks may run here
#
# Needs a checkout with history (no depth limit) and the keys of the agents in the environment.
set -eu

plan=${1:?usage: sh ci/generic.sh SPRINT}
pair=${BPSAI_PAIR:-bpsai-pair}
remote=${BPSAI_PAIR_REMOTE:-origin}

# By URL, not by name: a named remote's tracking refs belong to the checkout, and would be moved, too.
from=$(git remote get-url "$remote")
to=$(git remote get-url --push "$remote")

say() { printf '%s\n' "ci: $*" >&2; }

# No tags, no pruning, no force: a log here that is ahead of the remote's is kept.
fetch() {
	git fetch --quiet --no-tags --no-prune --no-write-fetch-head --no-recurse-submodules "$from" \
		'refs/heads/paircoder/*:refs/heads/paircoder/*' \
		'refs/paircoder/*:refs/paircoder/*' \
		'refs/notes/paircoder*:refs/notes/paircoder*'
}

# Snapshots stay where they were taken: they hold whatever an agent left, ignored files included.
publish() {
	git push --quiet --no-verify --recurse-submodules=no "$to" \
		'refs/heads/paircoder/*:refs/heads/paircoder/*' \
		'refs/paircoder/*:refs/paircoder/*' \
		'refs/notes/paircoder*:refs/notes/paircoder*' \
		'^refs/paircoder/snapshots/*'
}

if ! fetch; then
	say "something here was never published; publishing it, then fetching again"
	if ! { publish && fetch; }; then
		say "cannot bring this clone and $remote together; nothing was run"
		exit 1
	fi
fi

# A runner often has no identity; results are committed in this one then.
if [ -z "${GIT_COMMITTER_EMAIL:-}" ] && ! git config user.email >/dev/null; then
	export GIT_COMMITTER_NAME="bpsai-pair in CI" GIT_COMMITTER_EMAIL="ci@bpsai-pair.invalid"
fi

if [ -n "${BPSAI_PAIR_TRUST_FROM:-}" ]; then
	"$pair" trust --from "$BPSAI_PAIR_TRUST_FROM"
fi

status=0
"$pair" orchestrate --plan "$plan" || status=$?
"$pair" status || :

if ! publish; then
	say "the results could not be published to $remote"
	[ "$status" -ne 0 ] || status=1
fi
exit "$status"
