#!/usr/bin/env bash
# Make the virtual environment from the lock file, hashes checked. A run that was killed leaves no `ready`, so the next begins anew.
set -eu
python=$1 venv=$2

die() { printf 'error: %s\nnext:  %s\n' "$1" "$2" >&2; exit 1; }

command -v "$python" >/dev/null || die "There is no $python on this machine." \
  "Install Python 3.11 or newer (Debian: apt install python3 python3-venv), or name one: make PYTHON=/path/to/python3."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "$("$python" --version) is too old; this needs 3.11 or newer." \
  "Install a newer one and name it: make PYTHON=python3.12."
"$python" -c 'import venv, ensurepip' 2>/dev/null || die "This Python comes without the module venv." \
  "Install it (Debian and Ubuntu: apt install python3-venv), then run make again."

# two makes at once: the second waits, and finds it done
exec 9>"$venv.lock"
if command -v flock >/dev/null; then flock 9; fi
if [ "$venv/ready" -nt requirements.lock ]; then exit 0; fi

printf 'Setting up %s ...\n' "$venv" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$python" -m venv --clear "$venv" >"$log" 2>&1 || { cat "$log" >&2; die "The virtual environment could not be made." "See above."; }
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --requirement requirements.lock \
  >"$log" 2>&1 || { cat "$log" >&2; die "A package could not be installed." "See above; without a network, use a mirror in pip's configuration."; }
touch "$venv/ready"
