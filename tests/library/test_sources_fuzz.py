"""Whatever bytes a data file holds, a source gives a table or a diagnostic, and nothing else."""

from __future__ import annotations

import gzip
import io
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.diag.diagnostic import Diagnostic, RunError
from specc.library.sources.csv import Csv
from specc.library.sources.idx import Idx
from specc.library.sources.npy import Npy
from specc.library.sources.npz import Npz
from specc.library.table import DataSource
from specc.run.data import DataRequest, prepare

HEADERS = (
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
    "{'descr': '<U2', 'fortran_order': True, 'shape': (2,), }",
    "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }",
)


def array(header: str) -> bytes:
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + bytes(24)


def archive(content: bytes, method: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as out:
        out.writestr("x.npy", content)
    return buffer.getvalue()


SEEDS = (
    b"a,b,y\n1,2,0\n3,4,1\n5,6,0\n",
    b'a,b,y\r\n1,"2",x\r\n\r\n3,4,"y\nz"\r\n',
    gzip.compress(b"a,b,y\n1,2,0\n3,4,1\n", mtime=0),
    b"\0\0\x08\x02\0\0\0\2\0\0\0\3" + bytes(6),
    b"\0\0\x0d\x02\0\0\0\1\0\0\0\1" + b"\x7f\xc0\0\0",
    *map(array, HEADERS),
    *(archive(array(h), m) for h in HEADERS[:2] for m in (0, 8, 12, 14)),
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sound file with some bytes changed, cut out or put in; or bytes from nowhere."""
    if draw(st.booleans()) and draw(st.booleans()):
        return draw(st.binary(max_size=200))
    content = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        kind = draw(st.sampled_from(("change", "cut", "insert", "text")))
        if kind == "change" and at < len(content):
            content[at] = draw(st.integers(0, 255))
        elif kind == "cut":
            del content[at : at + draw(st.integers(1, 8))]
        elif kind == "insert":
            content[at:at] = draw(st.binary(max_size=8))
        else:
            text = draw(st.text(alphabet='0129,.eE-+nainf"\n\r\t _;#xü\0\ufeff', max_size=12))
            content[at:at] = text.encode()
    return bytes(content)


def sources(name: str) -> tuple[DataSource, ...]:
    return (
        Csv(path=name, target="y"),
        Csv(path=name, target="b", inputs=("a",)),
        Csv(path=name, separator=";"),
        Npz(path=name, inputs="x"),
        Npz(path=name, inputs="x", target="x"),
        Npy(inputs=name),
        Npy(inputs=name, target=name),
        Idx(images=name),
        Idx(images=name, labels=name),
    )


def outcome(call: Callable[[], Any]) -> Any:
    """What a call gives, or the diagnostic that it ends in."""
    try:
        return call()
    except RunError as error:
        return error.diagnostic


def told(found: Any) -> bool:
    """Whether this is a diagnostic, which then must be one that can be shown."""
    if not isinstance(found, Diagnostic):
        return False
    assert found.code.startswith("E05")
    assert found.message.isprintable()
    assert all(note.isprintable() for note in found.notes)
    return True


@settings(deadline=None, max_examples=300)
@given(
    content=damaged(), place=st.integers(0, 8), task=st.sampled_from(("classes", "real", "binary"))
)
def test_only_run_errors_come_out(content: bytes, place: int, task: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "t").write_bytes(content)
        source = sources("t")[place]
        table = outcome(lambda: source.load(folder))
        if told(table):
            return
        assert table.inputs.ndim == 2
        assert table.examples > 0
        assert table.features > 0
        assert table.inputs.dtype.kind in "iuf"
        assert table.where(table.examples - 1, table.features - 1).isprintable()
        if table.target is not None:
            assert len(table.target) == table.examples
        request = DataRequest(task, 2, table.features, folder, source=source)
        data = outcome(lambda: prepare(request))
        if not told(data):
            assert np.isfinite(data.train.X).all()
            assert len(data.train.T) == data.train.n
