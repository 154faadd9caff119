"""Commands of `ape run`; their logic stands in `_lib`, where tests can call it."""
