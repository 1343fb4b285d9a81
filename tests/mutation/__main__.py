"""`python -m tests.mutation`: the figures of the study, and with `--misses` what fell short."""

from __future__ import annotations

import argparse
import sys

from tests.mutation.page import PAGE, page
from tests.mutation.study import study


def main() -> None:
    """Run the study and write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list what fell short instead")
    chosen = parser.parse_args()
    found = study()
    if chosen.misses:
        sys.stdout.writelines(f"{miss}\n" for row in found.rows.values() for miss in row.misses)
        return
    PAGE.write_text(page(found), "utf-8")
    sys.stdout.write(f"{PAGE} written\n")


if __name__ == "__main__":
    main()
