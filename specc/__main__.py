"""`python -m specc`."""

from specc.cli.main import run

raise SystemExit(run())
