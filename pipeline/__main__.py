"""`python -m pipeline` is `redact`."""

from pipeline.cli import main

main()
