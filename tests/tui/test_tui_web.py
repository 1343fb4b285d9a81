"""The app in a browser: who is let in, and one session over a websocket."""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from specc_tui.web import HOST, Gate, command_of, free_port, serve

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("host", "origin", "key", "status"),
    [
        ("127.0.0.1:8123", None, "the key", 0),
        ("localhost:8123", "http://localhost:8123", "the key", 0),
        ("127.0.0.1:8123", None, "another", 403),
        ("127.0.0.1:8123", None, None, 403),
        ("127.0.0.1:8123", "http://evil.example", "the key", 403),
        ("127.0.0.1:8123", "null", "the key", 403),
        ("evil.example:8123", None, "the key", 421),
        ("127.0.0.1:9999", None, "the key", 421),
    ],
)
def test_who_is_let_in(host, origin, key, status):
    gate = Gate(8123)
    assert gate.answer(host, origin, gate.secret if key == "the key" else key) == status


def test_every_address_has_a_secret_of_its_own():
    first, second = Gate(8123), Gate(8123)
    assert first.secret != second.secret
    assert first.address == f"http://127.0.0.1:8123/?key={first.secret}"


def test_the_command_of_a_tab_is_quoted():
    command = command_of(Path("/tmp/a b; rm -rf $HOME"), ascii_only=True)
    assert command.endswith("-m specc_tui.served '/tmp/a b; rm -rf $HOME' --ascii")


def test_a_missing_package_is_said(monkeypatch, capsys, tmp_path):
    real = builtins.__import__

    def missing(name, *rest):
        if name.startswith("textual_serve"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    assert serve(tmp_path, None, lambda text: None) == 2
    errors = capsys.readouterr().err
    assert "needs the package textual-serve" in errors
    assert "pip install 'specc-dl[web]'" in errors


def test_a_run_is_watched_over_a_websocket_and_a_closed_tab_harms_nothing(make_run):
    pytest.importorskip("textual_serve")
    aiohttp = pytest.importorskip("aiohttp")
    directory, port = make_run(), free_port()
    paths = os.pathsep.join((str(ROOT / "tui"), str(ROOT)))
    server = subprocess.Popen(
        [sys.executable, "-m", "specc", "watch", str(directory), "--web", "--port", str(port)],
        env={**os.environ, "PYTHONPATH": paths, "XDG_STATE_HOME": str(directory)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        address = re.search(r"http://\S+", server.stdout.readline())
        assert address is not None
        asyncio.run(_visit(aiohttp, address[0], port))
    finally:
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=30)
    assert server.returncode in (0, 130)
    assert "Traceback" not in errors


async def _visit(aiohttp, address: str, port: int) -> None:
    base = f"http://{HOST}:{port}"
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as client:
        await _wait_for(aiohttp, client, base)
        async with client.get(base) as refused:
            assert refused.status == 403
        async with client.get(address) as page:
            assert page.status == 200
            assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        evil = {"Origin": "http://evil.example"}
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await client.ws_connect(f"{base}/ws", headers=evil)
        for _ in range(2):
            async with client.ws_connect(f"{base}/ws?width=100&height=30") as tab:
                await tab.send_json(["stdin", "1"])
                await _until_shown(tab, "cost J")
                await tab.send_json(["stdin", "2"])
                await _until_shown(tab, "dense 64, relu")


async def _wait_for(aiohttp, client, base: str) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with contextlib.suppress(aiohttp.ClientConnectorError):
            async with client.get(base):
                return
        await asyncio.sleep(0.05)
    raise AssertionError("the server did not come up")


async def _until_shown(tab, words: str) -> None:
    text, end = "", time.monotonic() + 60
    while time.monotonic() < end:
        message = await tab.receive(timeout=60)
        data = message.data
        text += data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)
        if words in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text):
            return
    raise AssertionError(text[-2000:])
