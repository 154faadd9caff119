"""`python -m tests.campaign --calls 1000000`: see {tests.campaign.cli}."""

from tests.campaign.cli import main

if __name__ == "__main__":  # not when a worker imports it
    main()
