"""`python -m offchain` is the command `offchain`."""

from offchain.cli import main

main()
