"""The orchestrator: offers prices and ticket terms, is paid per segment, has it transcoded, redeems what it won.

`serve` (offchain/orchestrator/node.py) starts one; everything else here is a part of it.
"""
