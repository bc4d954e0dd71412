"""The three files of a run: the model, the learning curve and the settings. All or none."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any, NamedTuple

from layerwise.app.run_file import FIRST_LINE
from layerwise.data.atomic import write_atomically
from layerwise.errors import ModelFileError, SettingError
from layerwise.estimators.persistence import load
from layerwise.study.curves import SIGN

MODEL_SUFFIX = ".layerwise"
SEEN = 1000  # bytes at a file's beginning that hold our mark


class Places(NamedTuple):
    """Where a run's files go; `settings` is None when the given settings file stays as it is."""

    model: Path
    curve: Path
    settings: Path | None


def places_for(out: str, own_settings: str | None) -> Places:
    """Return where the files go, having checked that nothing foreign would be overwritten.

    Parameters
    ----------
    out : str
        The model's path; the others lie beside it with the endings .png and .toml.
    own_settings : str, optional
        A settings file that already describes this very run: it is not written over.

    Raises
    ------
    SettingError
        When the path has one of the endings of the other files.
    OSError
        When there is no such folder, it may not be written to, or another file is there.
    """
    model = Path(out)
    curve, settings = model.with_suffix(".png"), model.with_suffix(".toml")
    if model.suffix.lower() in (".png", ".toml"):
        raise SettingError(f"--out {out}: the ending {model.suffix} is another file's of the run")
    _check_folder(model.parent)
    _check_model(model)
    _check_mark(curve, SIGN.encode())
    if own_settings and settings.exists() and settings.samefile(own_settings):
        return Places(model, curve, None)
    _check_mark(settings, FIRST_LINE.encode())
    return Places(model, curve, settings)


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder to write to", str(folder))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "this folder may not be written to", str(folder))


def _check_model(path: Path) -> None:
    if not os.path.lexists(path):
        return
    try:
        load(path)
    except ModelFileError:
        raise _occupied(path, "a Layerwise model") from None


def _check_mark(path: Path, mark: bytes) -> None:
    if not os.path.lexists(path):
        return
    if path.is_file():
        with open(path, "rb") as file:
            if mark in file.read(SEEN):
                return
    raise _occupied(path, "a file that layerwise train wrote")


def _occupied(path: Path, kind: str) -> OSError:
    text = f"is there already and is not {kind}; choose another --out or move it away"
    return FileExistsError(errno.EEXIST, text, str(path))


def write_run(places: Places, estimator: Any, curve: bytes, settings: bytes) -> None:
    """Write the files of a run; when one cannot be written, those that were not there go again."""
    new = [path for path in places if path and not path.exists()]
    try:
        write_atomically(places.curve, curve)
        if places.settings:
            write_atomically(places.settings, settings)
        estimator.save(places.model)
    except BaseException:
        for path in new:
            path.unlink(missing_ok=True)
        raise
