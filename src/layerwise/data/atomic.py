"""A file appears whole or not at all: written beside its place, synced, then renamed."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such locks: there, what a kill leaves is not tidied up
    fcntl = None

BEGINNING, END = ".layerwise-", ".tmp"
NO_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EBADF)  # some file systems cannot sync a folder


def write_atomically(path: str | os.PathLike[str], data: bytes | bytearray) -> None:
    """Write a file so that a kill, a full disk or a power cut leaves the old one or the new one.

    Every file that Layerwise writes goes through here. What a killed writer left in the folder is
    removed by the next one.

    Parameters
    ----------
    path : str or Path
        Where the file shall be; an older file there is replaced, a link is followed.
    data : bytes
        All of the contents.

    Raises
    ------
    OSError
        As the system says it, with the path: no such folder, no permission, no space left. The
        old file is then untouched and nothing is left beside it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "card.json")
    ...     write_atomically(path, b"{}")
    ...     path.read_bytes()
    b'{}'
    """
    place = Path(os.path.realpath(os.fspath(path)))
    # the name is not built from the file's own, which may be as long as the system allows
    temporary = place.with_name(f"{BEGINNING}{secrets.token_hex(8)}{END}")
    try:
        with _shared(place.parent):
            _write_synced(temporary, data, _rights(place))
            os.replace(temporary, place)
    except OSError as error:
        raise type(error)(error.errno, error.strerror, os.fspath(path)) from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
    _sync_folder(place.parent)


def _rights(place: Path) -> int | None:
    """Return the rights of the file that is replaced; None for a new one."""
    try:
        mode = os.stat(place).st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):  # to rename over /dev/null would be a disaster
        kind = "is a folder" if stat.S_ISDIR(mode) else "is not a regular file"
        raise OSError(errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL, kind)
    return stat.S_IMODE(mode)


def _write_synced(temporary: Path, data: bytes | bytearray, rights: int | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    number = os.open(temporary, flags | getattr(os, "O_CLOEXEC", 0), 0o666)
    try:
        if rights is not None:
            os.chmod(temporary, rights)
        rest = memoryview(data)
        while len(rest):  # a system call may take only a part
            rest = rest[os.write(number, rest) :]
        os.fsync(number)
    finally:
        os.close(number)


@contextlib.contextmanager
def _shared(folder: Path) -> Iterator[None]:
    """Mark the folder as being written to; whoever is alone in it removes what kills have left."""
    if fcntl is None:
        yield
        return
    number = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):  # another is writing, or no locks here: leave all as is
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove_leftovers(folder)
        with contextlib.suppress(OSError):
            fcntl.flock(number, fcntl.LOCK_SH)
        yield
    finally:
        os.close(number)


def _remove_leftovers(folder: Path) -> None:
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries]
    for name in names:
        if name.startswith(BEGINNING) and name.endswith(END):
            os.unlink(folder / name)


def _sync_folder(folder: Path) -> None:
    # without this the rename itself can be lost in a power cut
    if fcntl is None:  # Windows cannot open a folder
        return
    number = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in NO_SYNC:
            raise
    finally:
        os.close(number)
