"""`specc watch --web`: the app in a browser, served on this machine only.

Whoever reaches the page can pause and stop the run, so three things stand before it: the server
listens on the loopback address, a page needs the secret of the address that was printed (or the
cookie that it left), and requests that another site's page makes are refused.
"""

from __future__ import annotations

import hmac
import os
import secrets
import shlex
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from specc_tui.child import environment
from specc_tui.printable import printable

HOST = "127.0.0.1"
COOKIE = "specc"

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws://{host}; "
    "frame-ancestors 'none'"
)
"""What the page may load: nothing from elsewhere, so it works without a network."""

MISSING = (
    "error: `--web` needs the package textual-serve, which is not installed\n"
    "help: install it with: pip install 'specc-dl[web]'\n"
)


class Gate:
    """Who may see the page. `answer` is 0 for a request that may pass, or an HTTP status."""

    def __init__(self, port: int) -> None:
        self.secret = secrets.token_urlsafe(16)
        self.hosts = (f"{HOST}:{port}", f"localhost:{port}")

    @property
    def address(self) -> str:
        return f"http://{self.hosts[0]}/?key={self.secret}"

    def answer(self, host: str, origin: str | None, key: str | None) -> int:
        """Judge a request by its `Host`, its `Origin`, and the secret it brought."""
        if host not in self.hosts:
            return 421
        if origin is not None and origin not in tuple(f"http://{h}" for h in self.hosts):
            return 403
        known = key is not None and hmac.compare_digest(key.encode(), self.secret.encode())
        return 0 if known else 403


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def command_of(directory: Path, *, ascii_only: bool) -> str:
    """The process of a tab, for a shell."""
    words = [sys.executable, "-P", "-m", "specc_tui.served", str(directory.absolute())]
    return shlex.join([*words, "--ascii"] if ascii_only else words)


def serve(
    directory: Path,
    port: int | None,
    write: Callable[[str], object],
    *,
    ascii_only: bool = False,
) -> int:
    """Serve a run until Ctrl+C; the exit status.

    Args:
        directory: The run directory.
        port: The port; a free one without.
        write: Says where the page is.
        ascii_only: Draw without braille and box characters.
    """
    try:
        import textual_serve.server
    except ImportError:
        sys.stderr.write(MISSING)
        return 2
    os.environ.update(environment())
    here = str(Path(__file__).parents[1])
    if here not in os.environ.get("PYTHONPATH", "").split(os.pathsep) and here in sys.path:
        # A source tree that is not installed: the tabs are to find the app, too.
        paths = [os.environ.get("PYTHONPATH", ""), here]
        os.environ["PYTHONPATH"] = os.pathsep.join(p for p in paths if p)
    chosen = free_port() if port is None else port
    gate = Gate(chosen)
    server = _server(textual_serve.server, directory, chosen, gate, ascii_only=ascii_only)
    write(f"{printable(str(directory))} is served at {gate.address}\nCtrl+C ends it\n")
    try:
        server.serve()
    except OSError as error:
        why = printable(error.strerror or str(error))
        sys.stderr.write(f"error: port {chosen} cannot be served: {why}\n")
        return 2
    return 0


def _server(module: Any, directory: Path, port: int, gate: Gate, *, ascii_only: bool) -> Any:
    """The server with the gate before it, and without a banner of its own."""
    from aiohttp import web

    @web.middleware
    async def guard(request: Any, handler: Any) -> Any:
        given = request.query.get("key") or request.cookies.get(COOKIE)
        status = gate.answer(request.host, request.headers.get("Origin"), given)
        if status:
            return web.Response(status=status, text="open the address that `specc watch` printed\n")
        response = await handler(request)
        if not response.prepared:
            response.headers["Content-Security-Policy"] = POLICY.format(host=gate.hosts[0])
            response.set_cookie(COOKIE, gate.secret, httponly=True, samesite="Strict")
        return response

    class Server(module.Server):  # type: ignore[misc]
        def initialize_logging(self) -> None:
            """Leave logging as it is."""

        async def on_startup(self, app: Any) -> None:
            """Say nothing: where the page is was said."""

        async def _make_app(self) -> Any:
            app = await super()._make_app()
            app.middlewares.append(guard)
            return app

    command = command_of(directory, ascii_only=ascii_only)
    title = printable(directory.name)
    return Server(command, host=HOST, port=port, title=title)
