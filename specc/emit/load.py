"""From the text of a module to the module, so that tracebacks and debuggers show its lines."""

from __future__ import annotations

import ast
import hashlib
import linecache
import types
from collections.abc import Mapping
from typing import Any


def load(text: str) -> types.ModuleType:
    """Run the text of a generated module under a name of its own."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    name = f"<specc plan {digest}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    module = types.ModuleType(f"specc_plan_{digest}")
    exec(compile(text, name, "exec"), module.__dict__)
    return module


def load_tree(tree: ast.Module, names: Mapping[str, Any]) -> types.ModuleType:
    """Run the tree of a generated module in which something was put, with further names in it."""
    module = types.ModuleType("specc_plan_changed")
    module.__dict__.update(names)
    code = compile(ast.fix_missing_locations(tree), "<specc plan, changed>", "exec")
    exec(code, module.__dict__)
    return module
