"""Lines and branches of our Solidity that the tests execute.

The contracts are copied with a probe before each statement and around each condition, and the tests run on the copy.
A probe is a call of the kind that Hardhat's console makes: anvil prints it, in views and in what reverts as well. So
everything counts that any test does on any anvil, and nothing of the tests has to know of it.
"""
