#!/bin/sh
# Runs a sprint's tasks as one CI step:   sh ci/generic.sh SPRINT
#
# Fetches what earlier runs left, has the tasks carried out, and publishes the results: branches
# paircoder/*, task logs and notes. Fails when a task fails, and when the results cannot be published:
# they must outlive the runner. Notes repeat what the logs say, so they alone never fail the step.
#
#   BPSAI_PAIR             the program (default: bpsai-pair, from PATH)
#   BPSAI_PAIR_REMOTE      where results live (default: origin)
#   BPSAI_PAIR_TRUST_FROM  a protected branch, say origin/main, whose recipes and checks may run here
#
# Needs a checkout with history (no depth limit) and the keys of the agents in the environment.
set -eu

if [ $# -ne 1 ] || [ -z "$1" ]; then
	echo "usage: sh ci/generic.sh SPRINT" >&2
	exit 64 # EX_USAGE, sysexits(3)
fi
plan=$1
pair=${BPSAI_PAIR:-bpsai-pair}
remote=${BPSAI_PAIR_REMOTE:-origin}

# By URL, not by name: a named remote's tracking refs belong to the checkout, and would be moved, too.
from=$(git remote get-url "$remote")
to=$(git remote get-url --push "$remote")

logs=refs/paircoder/tasks
branches=refs/heads/paircoder
snapshots=refs/paircoder/snapshots
notes=refs/notes/paircoder
seen=refs/paircoder/remotes/$remote # what the remote held when it was last fetched

say() { printf '%s\n' "ci: $*" >&2; }

# The commit of a ref; empty without one.
tip() { git rev-parse --quiet --verify "$1" || :; }

# The ids of the tasks with a log in a folder of refs.
ids() { git for-each-ref --format='%(refname)' "$1" | sed 's|.*/||'; }

# Whether a commit is reached from the refs or folders of refs after it.
is_reached() {
	commit=$1 && shift
	[ -n "$(git for-each-ref --count=1 --contains "$commit" "$@")" ]
}

fetch() {
	git fetch --quiet --no-tags --prune --no-write-fetch-head --no-recurse-submodules "$from" \
		"+$branches/*:$seen/heads/*" "+$logs/*:$seen/tasks/*" "+$notes*:$seen/notes/paircoder*" \
		"+refs/paircoder/results/*:$seen/results/*"
}

push() { git push --quiet --no-verify --recurse-submodules=no "$to" "$@"; }

# How a task's log here stands to the remote's.
standing() {
	ours=$(tip "$logs/$1") theirs=$(tip "$seen/tasks/$1")
	if [ "$ours" = "$theirs" ]; then echo equal
	elif [ -z "$theirs" ]; then echo ahead
	elif [ -z "$ours" ] || git merge-base --is-ancestor "$ours" "$theirs"; then echo behind
	elif git merge-base --is-ancestor "$theirs" "$ours"; then echo ahead
	else echo diverged; fi
}

# Keeps a commit of a task that is about to be replaced.
keep() {
	ref=$snapshots/$1/diverged-$(git rev-parse --short=12 "$2")
	git update-ref "$ref" "$2" && say "$1 was changed here and on $remote; $3 is kept as $ref"
}

# Whether publishing a task's branch would move the remote's.
is_new() {
	here=$(tip "$branches/$1")
	[ -n "$here" ] && ! is_reached "$here" "$seen/heads/$1"
}

# Whether a commit stays reachable when a task's branch is moved off it.
is_kept() { is_reached "$2" "$branches/$1" "$snapshots/$1" "$seen/results/$1"; }

# Makes a log or branch of a task what the remote has, and keeps what only this clone has.
replace() {
	ours=$(tip "$2") theirs=$(tip "$3")
	[ "$ours" != "$theirs" ] || return 0
	if [ -n "$ours" ] && ! is_reached "$ours" "$seen"; then keep "$1" "$ours" "ours" || return; fi
	case $2,$theirs in # git branch refuses to move a branch that is checked out
	"$logs"/*) git update-ref "$2" "$theirs" "$ours" ;;
	*,) git branch --quiet -D "${2#refs/heads/}" ;;
	*) git branch --quiet --force --no-track "${2#refs/heads/}" "$theirs" ;;
	esac
}

# Brings back the branch of an unpublished result. actions/checkout deletes the branches of a clone that
# was kept; the log knows the commit.
restore() {
	last=$(git log -1 --first-parent --extended-regexp --grep='^PairCoder-Event: (committed|discarded)$' \
		--format='%(trailers:key=PairCoder-Event,key=PairCoder-Commit,valueonly,separator=%x20)' "$logs/$1")
	case $last in
	"committed "*) git branch --quiet --no-track "paircoder/$1" "${last#* }" || say "the result of $1 is gone" ;;
	esac
}

# Brings a task to what the remote has, unless this clone is ahead. The log decides for the branch: a
# result descends from its own base, not from the result before it.
take() {
	there=$(tip "$seen/heads/$1")
	case $(standing "$1") in
	ahead)
		[ -n "$(tip "$branches/$1")" ] || restore "$1"
		if [ -n "$there" ] && is_new "$1" && ! is_kept "$1" "$there"; then keep "$1" "$there" "theirs"; fi
		;;
	equal) [ -n "$(tip "$branches/$1")" ] || replace "$1" "$branches/$1" "$seen/heads/$1" ;;
	*) replace "$1" "$branches/$1" "$seen/heads/$1" && replace "$1" "$logs/$1" "$seen/tasks/$1" ;;
	esac
}

# Publishes logs, branches and replaced results, all or nothing; returns 2 when trying again cannot help.
# A log is never forced, a branch only over the value that was fetched.
#
# A snapshot is not pushed: it holds whatever an agent left, ignored files included. The results that are
# kept beside the snapshots are commits like any branch's, and go to refs/paircoder/results/<ID>/.
publish() {
	set --
	for id in $(ids "$logs"); do
		there=$(tip "$seen/heads/$id")
		case $(standing "$id") in
		equal | behind) continue ;;
		diverged) say "another runner published $id meanwhile" && return 2 ;;
		esac
		set -- "$@" "$logs/$id"
		is_new "$id" || continue
		if [ -n "$there" ] && ! is_kept "$id" "$there"; then
			say "somebody moved the branch paircoder/$id on $remote meanwhile" && return 2
		fi
		set -- "$@" "--force-with-lease=$branches/$id:$there" "$branches/$id"
	done
	for ref in $(git for-each-ref --format='%(refname)' "$snapshots/*/*-result-*" "$snapshots/*/diverged-*"); do
		result=${ref#"$snapshots"/}
		[ -n "$(tip "$seen/results/$result")" ] || set -- "$@" "$ref:refs/paircoder/results/$result"
	done
	[ $# -eq 0 ] || push --atomic "$@" || return 1
}

publish_with_retries() {
	for _ in 1 2 3; do
		refusal=0
		publish || refusal=$?
		[ "$refusal" -eq 1 ] || return "$refusal"
		fetch || return
	done
	return 1
}

# Adds the remote's notes; where both have one on the same commit, ours stays.
merge_notes() {
	[ -z "$(tip "$seen/notes/paircoder")" ] ||
		git notes --ref="$notes" merge --quiet --strategy=ours "$seen/notes/paircoder"
}

publish_notes() {
	[ -n "$(tip "$notes")" ] || return 0
	for _ in 1 2 3 4 5; do
		if fetch && merge_notes && push "$notes"; then return 0; fi
	done
	say "the notes could not be published to $remote; the logs say the same"
}

# A runner often has no identity; results are committed in this one then.
if [ -z "${GIT_COMMITTER_EMAIL:-}" ] && ! git config user.email >/dev/null; then
	export GIT_COMMITTER_NAME="bpsai-pair in CI" GIT_COMMITTER_EMAIL="ci@bpsai-pair.invalid"
fi

fetch || { say "cannot fetch from $remote; nothing was run" && exit 1; }
for id in $({ ids "$logs" && ids "$seen/tasks"; } | sort -u); do
	take "$id" || { say "cannot bring $id here and on $remote together; nothing was run" && exit 1; }
done
merge_notes || say "the notes on $remote could not be merged"

if [ -n "${BPSAI_PAIR_TRUST_FROM:-}" ]; then
	"$pair" trust --from "$BPSAI_PAIR_TRUST_FROM"
fi

status=0
"$pair" orchestrate --plan "$plan" || status=$?
"$pair" status || :

if publish_with_retries; then
	publish_notes
else
	say "the results could not be published to $remote; they stay in this clone"
	[ "$status" -ne 0 ] || status=1
fi
exit "$status"
