"""`python -m specc.inspection RUN`: a line of JSON in, a line of JSON out, until the input ends."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from specc.threads import one_thread


def main(run: str) -> None:
    """Answer every request on standard input."""
    one_thread()
    from specc.inspection.inspector import Inspector

    inspector = Inspector(Path(run))
    for line in sys.stdin:
        try:
            request = json.loads(line)
        except (ValueError, RecursionError):
            request = None
        sys.stdout.write(json.dumps(inspector.answer(request)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
