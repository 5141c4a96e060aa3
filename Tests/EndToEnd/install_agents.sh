#!/bin/sh
# Puts the agents `claude` and `codex` into DIR/bin, out of the wheels that bring them. Nothing else on
# the machine changes. About 800 MB; does nothing when the pinned versions are there already.
#
#   install_agents.sh DIR
set -eu

claude_wheel=claude-agent-sdk==0.2.187
codex_wheel=openai-codex-cli-bin==0.163.0

dir=${1:?usage: install_agents.sh DIR}
pinned="$claude_wheel $codex_wheel"
if [ -x "$dir/bin/claude" ] && [ -x "$dir/bin/codex" ] && [ "$(cat "$dir/pinned" 2>/dev/null)" = "$pinned" ]
then
  echo "install_agents: $pinned are in $dir"
  exit 0
fi

mkdir -p "$dir/bin"
dir=$(cd "$dir" && pwd)
python3 -m venv --clear "$dir/venv"
# The programs need none of the Python packages that the wheels ask for.
"$dir/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps "$claude_wheel" "$codex_wheel"

# Links, not copies: codex looks for its helpers beside the place where it really lies.
link() {
  program=$(echo "$dir"/venv/lib/python3*/site-packages/"$2")
  chmod +x "$program"
  ln -sf "$program" "$dir/bin/$1"
  env -i PATH=/usr/bin:/bin HOME="$dir/home" TMPDIR="$dir/tmp" "$dir/bin/$1" --version
}
# Not even `--version` meets the settings of whoever installs.
mkdir -p "$dir/home" "$dir/tmp"
trap 'rm -rf "$dir/home" "$dir/tmp"' EXIT
link claude claude_agent_sdk/_bundled/claude
link codex codex_cli_bin/bin/codex
echo "$pinned" > "$dir/pinned"
