#!/usr/bin/env bash
# Everything a fresh checkout needs, from PyPI and npm alone: a virtual environment, node packages, a compiler and a
# test chain where Ape looks for them. Each step is skipped when what it was made from has not changed.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
stop() { printf '\033[1;31mmissing:\033[0m %s\n         %s\n' "$1" "$2" >&2; exit 1; }

# Ape 0.8 needs numpy 1, which has no build for Python 3.13 and later.
find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3 python3.12 python3.11; do
    [ -n "$candidate" ] || continue
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  stop "Python 3.11 or 3.12" "install it (Debian: apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python"
}

check_node() {
  command -v node >/dev/null || stop "Node.js 20 or newer" "install it (Debian 13: apt-get install nodejs npm) or see nodejs.org"
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || stop "Node.js 20 or newer" "this is $(node --version); see nodejs.org"
  command -v npm >/dev/null || stop "npm" "it comes with Node.js; on Debian: apt-get install npm"
}

# A step's stamp file holds the hash of what the step was made from.
stamp() { cat "$@" | cksum; }
done_with() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

install_python() {
  local hash; hash=$(stamp requirements.lock pyproject.toml)
  done_with .venv/.stamp "$hash" && return
  say "Python packages ($("$python" --version), about 2 minutes the first time)"
  [ -x .venv/bin/python ] || "$python" -m venv .venv ||
    stop "the venv module" "Debian splits it off: apt-get install python3-venv"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
  echo "$hash" > .venv/.stamp
}

install_node() {
  local hash; hash=$(stamp package-lock.json)
  done_with node_modules/.stamp "$hash" && return
  say "npm packages: compiler, test chain, contract libraries, sample video"
  # No package's install script is run; the test chain's binary is a package of its own. Not `npm ci`: the lock file
  # holds the platforms of the registry it was made from, and must serve on the others too.
  npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error
  echo "$hash" > node_modules/.stamp
}

# Ape asks py-solc-x for a native compiler, and PATH for anvil. Both are put into the virtual environment, so that
# `ape` works by hand after `source .venv/bin/activate`, or without it.
link_tools() {
  local anvil solc site
  anvil=$(ls node_modules/@foundry-rs/anvil-*/bin/anvil 2>/dev/null | head -n1 || true)
  [ -n "$anvil" ] || stop "anvil for this machine" "npm has none for $(uname -sm); Linux and macOS on x86-64 and arm64 work"
  chmod +x "$anvil"
  # Anvil would keep old states on disk, many gigabytes of them in a long test run.
  rm -f .venv/bin/anvil
  printf '#!/bin/sh\nexec "%s" --max-persisted-states 0 "$@"\n' "$PWD/$anvil" > .venv/bin/anvil
  chmod +x .venv/bin/anvil
  solc=$(node -p "require('./package.json').dependencies.solc")
  mkdir -p .venv/solcx
  ln -sf "$PWD/tools/solc.cjs" ".venv/solcx/solc-v$solc"
  site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  cp tools/ape_toolchain.pth "$site/ape_toolchain.pth"
}

# What is missing is said before anything is fetched.
python=$(find_python)
check_node
install_python
install_node
link_tools
