"""One way in for every kind of data: a built-in name, a file, or a folder."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import numpy as np

from layerwise.data.dataset import Dataset, Reading
from layerwise.errors import DataError

TEXT = (".csv", ".tsv", ".txt", ".data", ".tab")
LINES = (".ndjson", ".jsonl")
ARRAYS = (".npz", ".h5", ".hdf5", ".mat")
PACKED = (".gz", ".zst")


def read(source: str | Path, reading: Reading | None = None) -> Dataset:
    """Return the data of a built-in name or of a path; an existing path wins.

    Raises
    ------
    DataError
        One line with the file, the line or column, and what to do.

    Examples
    --------
    >>> read("iris").X.shape
    (150, 4)
    """
    from layerwise.data import builtin

    reading, path = reading or Reading(), Path(source)
    if path.exists():
        return _read_path(path, reading)
    if builtin.knows(str(source)):
        return builtin.built_in(str(source))
    names = builtin.NAMES
    near = get_close_matches(str(source), names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise DataError(
        f"{source}: no such file, and no built-in set of that name.{hint} "
        f"Built in: {', '.join(names)}"
    )


def _read_path(path: Path, reading: Reading) -> Dataset:
    from layerwise.data import arrays, images, tables

    suffixes = [s.lower() for s in path.suffixes]
    kind = next((s for s in reversed(suffixes) if s not in PACKED), "")
    if not path.is_dir() and not path.is_file():  # it may wait for ever, or never end
        raise DataError(f"{path}: is a pipe or a device; write the data to a file and give that")
    if path.is_dir():
        return arrays.read_folder(path) or images.read_folder(path, reading)
    if "idx" in path.name and "ubyte" in path.name:
        return arrays.read_idx(path)
    if kind in TEXT or kind in LINES or kind == ".parquet":
        return tables.read_table(path, kind, reading)
    if kind in ARRAYS:
        return arrays.read_arrays(path, kind)
    if kind in images.PICTURES:
        return images.read_picture(path, reading)
    raise DataError(
        f"{path}: cannot read {kind or 'a file without a suffix'}; expected a table "
        f"({', '.join((*TEXT, *LINES, '.parquet'))}, also .gz or .zst), arrays "
        f"({', '.join(ARRAYS)}, MNIST idx) or a folder of pictures"
    )


def infer_task(y: np.ndarray) -> tuple[str, str]:
    """Return ("binary" | "multiclass" | "regression", why) from the target's values.

    Raises
    ------
    DataError
        When there is one class only, or strings that look like text or an identifier.

    Examples
    --------
    >>> infer_task(np.array([1, 2, 2]))[0]
    'binary'
    """
    distinct = len(set(y.tolist()))
    if distinct < 2:
        raise DataError(
            f"only one class in the target: always {y.tolist()[0]!r}; expected at least two"
        )
    if y.dtype.kind not in "biuf":
        if distinct > 1000 or (len(y) >= 20 and distinct > len(y) / 2):
            raise DataError(
                f"the target has {distinct} distinct texts in {len(y)} rows: it looks like free "
                "text or an identifier; choose another column with --target"
            )
        return _classes(distinct), f"the target holds {distinct} distinct labels"
    if y.dtype.kind == "b" or distinct == 2:
        return "binary", "the target has two distinct values"
    if not (np.asarray(y, np.float64) % 1 == 0).all():
        return "regression", "the target holds numbers with fractions"
    if distinct <= 20 and len(y) >= 5 * distinct:
        return "multiclass", f"the target holds {distinct} distinct whole numbers"
    return "regression", f"the target holds {distinct} distinct whole numbers"


def _classes(distinct: int) -> str:
    return "binary" if distinct == 2 else "multiclass"
