"""The committed measurement: writes the tables of docs/transcoder.md from docs/proof/bench.json."""
