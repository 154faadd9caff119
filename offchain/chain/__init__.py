"""The chain as a node sees it: typed clients over one RPC transport, a clock of rounds, a sender of transactions."""
