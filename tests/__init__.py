"""Tests, by layer: see CONTRIBUTING. A package, so that its helpers are found before any other `tests`."""
