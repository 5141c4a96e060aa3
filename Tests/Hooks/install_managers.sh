#!/bin/sh
# Puts the hook managers `pre-commit` and `lefthook` into DIR/bin, out of their wheels. Nothing else on the machine
# changes; does nothing when the pinned versions are there already.
#
#   install_managers.sh DIR
set -eu

pre_commit=pre-commit==4.7.0
lefthook=lefthook==2.2.2

dir=${1:?usage: install_managers.sh DIR}
pinned="$pre_commit $lefthook"
if [ -x "$dir/bin/pre-commit" ] && [ -x "$dir/bin/lefthook" ] && [ "$(cat "$dir/pinned" 2>/dev/null)" = "$pinned" ]
then
  echo "install_managers: $pinned are in $dir"
  exit 0
fi

python3 -m venv --clear "$dir"
"$dir/bin/pip" install --quiet --disable-pip-version-check "$pre_commit" "$lefthook"
echo "$pinned" > "$dir/pinned"
