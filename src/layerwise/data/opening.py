"""Opening a file that may be anything: a folder, a pipe, a device, another program's file."""

from __future__ import annotations

import os
import stat
from typing import BinaryIO

from layerwise.errors import ModelFileError

FOREIGN = "expected a file written by estimator.save or layerwise train"
SIGNS = {
    b"PK\x03\x04": "a zip archive, such as .npz, .keras or .pt",
    b"PK\x05\x06": "an empty zip archive",
    b"\x89HDF": "an HDF5 file, such as .h5",
    b"\x93NUMPY": "a NumPy .npy file",
    b"\x80\x02": "a pickle, such as .pkl or .joblib",
    b"\x80\x03": "a pickle, such as .pkl or .joblib",
    b"\x80\x04": "a pickle, such as .pkl or .joblib",
    b"\x80\x05": "a pickle, such as .pkl or .joblib",
    b"\x1f\x8b": "a gzip archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"\xef\xbb\xbf": "a text file",
    b"{": "a JSON text",
    b"x\x01": "compressed data, such as .joblib",
    b"x^": "compressed data, such as .joblib",
    b"x\x9c": "compressed data, such as .joblib",
    b"x\xda": "compressed data, such as .joblib",
}


def opened(path: str | os.PathLike[str]) -> BinaryIO:
    """Return an open regular file; a folder, pipe or device is refused before it is touched.

    Raises
    ------
    ModelFileError
        When it is something else, or is not there; without the file's name.
    OSError
        When it may not be read.

    Examples
    --------
    >>> with opened(__file__) as file:
    ...     seeming(file.read(4))
    ''
    """
    try:
        found = os.stat(path)
    except FileNotFoundError:
        raise ModelFileError("there is no such file: check the path") from None
    except ValueError:
        raise ModelFileError("no file can have such a name: check the path") from None
    if not stat.S_ISREG(found.st_mode):
        kind = "a folder" if stat.S_ISDIR(found.st_mode) else "a pipe or a device"
        raise ModelFileError(f"it is {kind}, not a file; {FOREIGN}")
    # should a pipe take the file's place just now, opening it must not wait for a writer
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(path, flags | getattr(os, "O_CLOEXEC", 0)), "rb")
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise ModelFileError(f"it is not a regular file any more; {FOREIGN}")


def seeming(first: bytes) -> str:
    """Return ": it seems to be ..." for the first bytes of a well-known kind of file.

    >>> seeming(b"PK" + bytes([3, 4]))
    ': it seems to be a zip archive, such as .npz, .keras or .pt'
    """
    if not first:
        return ": it is empty"
    if first[8:9] == b"{":
        return ": it seems to be a safetensors file of another program"
    for sign, kind in SIGNS.items():
        if first.startswith(sign):
            return f": it seems to be {kind}"
    return ""
