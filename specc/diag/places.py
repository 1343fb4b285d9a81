"""How the reports for other programs name files: relative to one folder, with `/` on all systems.

Services that show findings beside the code match these names with those of the repository.
"""

from __future__ import annotations

import os


def relative(path: str, root: str) -> str | None:
    """The path as seen from the folder `root`; None if it does not lie below it."""
    # As it is named if that will do, else as it is when links are followed.
    for seen in (os.path.abspath, os.path.realpath):
        try:
            whole, top = seen(path), seen(root)
            inside = os.path.commonpath([whole, top]) == top
        except ValueError:  # on another drive, or no path at all
            return None
        if inside:
            return os.path.relpath(whole, top).replace(os.sep, "/")
    return None


def uri(path: str) -> str:
    """A path with `/` as a URI reference: every other special character is percent-encoded."""
    from urllib.parse import quote

    try:
        return quote(os.fsencode(path))  # the bytes of a name that is not UTF-8, too
    except UnicodeEncodeError:  # no file of this system is called so
        return quote(path.encode("utf-8", "surrogatepass"))
