"""The app in a browser tab: one process of `python -m specc_tui.served RUN` for each tab.

It only attaches to a run, so a tab can be closed at any time; the trainer is someone else's child.
"""

from __future__ import annotations

import sys

from specc_tui.app import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1], ascii_only="--ascii" in sys.argv[2:]))
