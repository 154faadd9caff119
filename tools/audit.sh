#!/usr/bin/env bash
# What the second opinions of `make audit` need beyond `make setup`: an environment of its own for the analysers, whose
# versions the daily one could not bear, and forge. Each step is skipped when what it was made from has not changed.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
stop() { printf '\033[1;31mmissing:\033[0m %s\n         %s\n' "$1" "$2" >&2; exit 1; }

install_python() {
  local hash; hash=$(cksum < requirements-audit.lock)
  [ -f .venv-audit/.stamp ] && [ "$(cat .venv-audit/.stamp)" = "$hash" ] && return
  say "analysers: slither, semgrep, halmos, cvc5 (about 2 minutes the first time)"
  [ -x .venv-audit/bin/python ] || .venv/bin/python -m venv .venv-audit ||
    stop "the venv module" "Debian splits it off: apt-get install python3-venv"
  .venv-audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.lock
  echo "$hash" > .venv-audit/.stamp
}

link_tools() {
  local forge
  forge=$(ls node_modules/@foundry-rs/forge-*/bin/forge 2>/dev/null | head -n1 || true)
  [ -n "$forge" ] || stop "forge for this machine" "npm has none for $(uname -sm); Linux and macOS on x86-64 and arm64 work"
  chmod +x "$forge"
  ln -sf "$PWD/$forge" .venv-audit/bin/forge
  # Foundry asks solc for its version; slither's driver looks for `solc` on PATH even where forge has compiled.
  ln -sf "$PWD/tools/solc.cjs" .venv-audit/bin/solc
}

[ -x .venv/bin/python ] || stop "the daily environment" "run: make setup"
[ -d node_modules/solc ] || stop "npm packages" "run: make setup"
install_python
link_tools
