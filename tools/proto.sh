#!/bin/sh
# Writes offchain/wire/lp_rpc_pb2.py and its types from lp_rpc.proto. Run it after a change of the .proto, from anywhere,
# with the project's virtual environment active; commit what it writes.
#   tools/proto.sh           write
#   tools/proto.sh --check   exit 1 if what is committed is not what the .proto gives
set -eu
cd "$(dirname "$0")/.."
proto=offchain/wire/lp_rpc.proto
out=.
if [ "${1:-}" = "--check" ]; then
    out=$(mktemp -d)
    trap 'rm -rf "$out"' EXIT
fi
python -m grpc_tools.protoc --proto_path=. --python_out="$out" --mypy_out=quiet:"$out" "$proto"
[ "$out" = . ] && exit 0
for name in lp_rpc_pb2.py lp_rpc_pb2.pyi; do
    cmp "$out/offchain/wire/$name" "offchain/wire/$name"
done
