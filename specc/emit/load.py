"""From the text of a module to the module, so that tracebacks and debuggers show its lines."""

from __future__ import annotations

import hashlib
import linecache
import types


def load(text: str) -> types.ModuleType:
    """Run the text of a generated module under a name of its own."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    name = f"<specc plan {digest}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    module = types.ModuleType(f"specc_plan_{digest}")
    exec(compile(text, name, "exec"), module.__dict__)
    return module
