"""`ape run ops ...`: what operators and delegators do by hand. The logic: `_lib/ops`."""

import sys
from pathlib import Path

# For a script in a folder Ape puts `scripts/` on the path and takes the project's root off it.
ROOT = str(Path(__file__).parents[2])
if ROOT not in sys.path:
    sys.path.append(ROOT)
