"""The bytes of a file, unpacked, and its lines, decoded; the first bad byte is named."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from layerwise.errors import DataError

DAMAGE = (OSError, EOFError, zlib.error)


@contextmanager
def damage_named(path: Path, *kinds: type[Exception]) -> Iterator[None]:
    """Turn what is raised for a damaged or unreadable file into one DataError with its path.

    >>> with damage_named(Path("t.gz")):
    ...     raise EOFError("cut off")
    Traceback (most recent call last):
    layerwise.errors.DataError: t.gz: cannot be read (cut off); write or copy the file again
    """
    try:
        yield
    except DataError:
        raise
    except (*DAMAGE, *kinds) as error:
        raise DataError(
            f"{path}: cannot be read ({reason(error)}); write or copy the file again"
        ) from error


def reason(error: BaseException) -> str:
    """Return the first line of a library's message, cut to a readable length.

    >>> reason(ValueError("bad magic\\nat byte 3"))
    'bad magic'
    """
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:200]


def unpacked(path: Path) -> BinaryIO:
    """Return an open file of a file's bytes, unpacked when its name ends in .gz or .zst.

    Raises
    ------
    DataError
        When a .zst file is damaged or not text; a damaged .gz raises what `damage_named` turns
        into a DataError, as soon as the damage is met.
    """
    suffix = path.suffix.lower()
    if suffix == ".gz":
        return gzip.open(path, "rb")  # pyright: ignore[reportReturnType]
    if suffix == ".zst":
        return io.BytesIO(_zstd(path))
    return path.open("rb")


def _zstd(path: Path) -> bytes:
    import polars as pl

    # polars carries the only zstd decoder that is installed with us, behind its CSV reader: a line
    # is a cell up to a separator that text does not hold; a second cell shows one that does
    with damage_named(path, pl.exceptions.PolarsError):
        frame = pl.read_csv(
            path, has_header=False, separator="\x1f", quote_char=None, infer_schema=False
        )
    if frame.width != 1:
        raise DataError(f"{path}: a control character (0x1f); the file is damaged or is not text")
    return "\n".join(line or "" for line in frame.to_series(0)).encode()


def encoding_of(raw: BinaryIO) -> str:
    """Return "utf-16" for a file that begins with its byte order mark, else "utf-8-sig".

    >>> encoding_of(io.BytesIO("a,b".encode("utf-16")))
    'utf-16'
    """
    first = raw.read(2)
    raw.seek(0)
    return "utf-16" if first in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def lines_of(raw: BinaryIO, encoding: str, path: Path) -> Iterator[str]:
    """Yield the lines of a text with their ends, which may be LF, CR LF or CR.

    Raises
    ------
    DataError
        Naming the line, at a byte that is not in the encoding, and at a NUL character.
    """
    try:
        with io.TextIOWrapper(raw, encoding=encoding, newline="") as text:
            for number, line in enumerate(text, start=1):
                if "\0" in line:
                    raise DataError(
                        f"{path}, line {number}: a NUL character; the file is damaged or is not "
                        "text (save it as UTF-8)"
                    )
                yield line
    except UnicodeDecodeError:
        with unpacked(path) as again:
            raise _bad_byte(again.read(), encoding, path) from None


def _bad_byte(data: bytes, encoding: str, path: Path) -> DataError:
    try:
        # without -sig, which counts the bytes from behind the byte order mark
        data.decode(encoding.removesuffix("-sig"))
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, errors="ignore")
        line = len(re.findall(r"\r\n|\r|\n", before)) + 1
        name = encoding.removesuffix("-sig").upper()
        return DataError(
            f"{path}, line {line}: byte {data[error.start]:#04x} is not {name} "
            f"(byte {error.start + 1} of the file); save the file as UTF-8"
        )
    return DataError(f"{path}: changed while it was read; read it again")
