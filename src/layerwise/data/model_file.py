"""The model file: one safetensors file whose every bit is accounted for. Nothing in it is run.

Eight bytes give the header's length; the header, JSON, begins with a digest and holds the text of
a `Header` and each tensor's type, shape and place; then come the tensors' bytes, W1, b1, ..., bL.
The digest is the SHA-256 of the whole file with the digest's own 64 characters as zeros.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any, BinaryIO

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load

from layerwise.data.atomic import write_atomically
from layerwise.data.header import Header, parse_header
from layerwise.data.layout import SIZES, layout_of
from layerwise.data.opening import FOREIGN, opened, seeming
from layerwise.data.strict_json import damaged, parse_json, shown
from layerwise.errors import ModelFileError

START = b'{"__metadata__":{"digest":"'  # stands at byte 8: the mark of our files
DIGEST = slice(8 + len(START), 8 + len(START) + 64)
ZEROS = b"0" * 64
MOST_HEADER_BYTES = 100_000_000  # safetensors' own limit


def write_model(
    path: str | os.PathLike[str], header: Header, tensors: dict[str, np.ndarray]
) -> None:
    """Write a model file, whole or not at all; the same model gives the same bytes.

    Parameters
    ----------
    path : str or Path
        Where; an older file there is replaced.
    header : Header
        Its `tensors` may be empty: the digests are filled in here.
    tensors : dict of ndarray
        W1, b1, ..., WL, bL in the header's dtype, of shapes (n[l], n[l-1]) and (n[l], 1).

    Raises
    ------
    ModelFileError
        When the tensors do not fit the header, or the header is too long.
    OSError
        When the file cannot be written; an older one is then untouched.

    Examples
    --------
    >>> import tempfile
    >>> from layerwise.data.encoding import Encoder
    >>> from layerwise.data.targets import NumberTarget
    >>> header = Header(
    ...     format="layerwise", version=1, estimator="DNNRegressor", settings={"epochs": 9},
    ...     units=(4, 1), head="identity", dtype="float64", rows=(90, 10),
    ...     encoder=Encoder(pixels=(2, 2), columns=()), target=NumberTarget(mean=5.0, scale=2.0),
    ...     feature_names=None, n_features_in=4, history=(), best_epoch=0, tensors={},
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "small.layerwise")
    ...     write_model(path, header, {"W1": np.ones((1, 4)), "b1": np.zeros((1, 1))})
    ...     kept, tensors = read_model(path)
    >>> kept.settings, tensors["W1"]
    ({'epochs': 9}, array([[1., 1., 1., 1.]]))
    """
    layout = layout_of(header, tensors)
    if set(tensors) != set(layout):
        odd = ", ".join(sorted(set(tensors) ^ set(layout))[:5])
        raise ModelFileError(f"tensors {odd} are missing or do not belong to the layers")
    for name, entry in layout.items():
        _check_tensor(name, tensors[name], entry["shape"], header.dtype)
    kind = f"<f{SIZES[header.dtype]}"
    pieces = {name: np.ascontiguousarray(tensors[name], kind).tobytes() for name in layout}
    digests = {name: hashlib.sha256(piece).hexdigest() for name, piece in pieces.items()}
    head = _head(header.model_copy(update={"tensors": digests}), layout)
    _expect_readable(head, header)
    body = b"".join(pieces.values())
    digest = _digest(head, body)
    write_atomically(path, head[: DIGEST.start] + digest + head[DIGEST.stop :] + body)


def read_model(path: str | os.PathLike[str]) -> tuple[Header, dict[str, np.ndarray]]:
    """Return the header and the tensors of a model file: the one opener of such files.

    Parameters
    ----------
    path : str or Path
        A file written by `write_model`, where an example is.

    Returns
    -------
    header : Header
    tensors : dict of ndarray
        W1, b1, ..., WL, bL in the header's dtype.

    Raises
    ------
    ModelFileError
        When the file is missing, is not a model file, was changed by a single bit or comes from a
        newer version; one line that names the file, what is wrong and what to do.
    """
    try:
        with opened(path) as file:
            return parse(file, os.fstat(file.fileno()).st_size)
    except ModelFileError as error:
        reason = str(error)
    except OSError as error:
        reason = f"it cannot be read ({error.strerror}): check the path and the file's rights"
    except MemoryError:
        reason = "it does not fit into memory: use a machine with more, or train a smaller network"
    except RecursionError:
        reason = str(damaged("the header is nested too deeply"))
    name = os.fsdecode(path)
    raise ModelFileError(f"{name if name.isprintable() else repr(name)}: {reason}")


def parse(file: BinaryIO, size: int) -> tuple[Header, dict[str, np.ndarray]]:
    """Return header and tensors of an open file; every size is checked before it is allocated.

    Raises
    ------
    ModelFileError
        Without the file's name, which `read_model` puts before it.
    """
    head = _read_head(file, size)
    header, entries = _read_header(head)
    layout = layout_of(header, header.tensors)
    _expect(list(entries) == list(layout), "the tensors are not W1, b1, ... of the layers")
    _expect(list(header.tensors) == list(layout), "there is not one digest per tensor")
    for name, entry in layout.items():
        # compared as text, for in Python true equals 1 and so does 1.0
        same = json.dumps(entries[name], sort_keys=True) == json.dumps(entry, sort_keys=True)
        _expect(same, f"tensor {name} is {shown(entries[name])}, expected {shown(entry)}")
    end = len(head) + max(entry["data_offsets"][1] for entry in layout.values())
    _expect(size == end, f"the file has {size} bytes, expected {end}")
    file.seek(0)
    data = file.read(end + 1)
    _expect(len(data) == end and data.startswith(head), "the file changed while it was read")
    _check_digests(header, layout, data, len(head))
    return header, _loaded(header, data)


def _expect(fits: bool, sentence: str) -> None:
    if not fits:
        raise damaged(sentence)


def _read_head(file: BinaryIO, size: int) -> bytes:
    """Return the header's length and the header, once the length is known to be sound."""
    first = file.read(DIGEST.stop)
    if first[8 : DIGEST.start] != START or len(first) < DIGEST.stop:
        raise ModelFileError(f"it is not a whole Layerwise model{seeming(first)}; {FOREIGN}")
    length = int.from_bytes(first[:8], "little")
    fits = DIGEST.stop <= 8 + length <= min(size, MOST_HEADER_BYTES)
    _expect(fits, f"the header is said to have {length} of the file's {size} bytes")
    return first + file.read(8 + length - len(first))


def _read_header(head: bytes) -> tuple[Header, dict[str, Any]]:
    try:
        entries = parse_json(head[8:].decode("utf-8"))
    except UnicodeDecodeError:
        raise damaged("the header is not UTF-8") from None
    texts = entries.pop("__metadata__")
    fits = list(texts) == ["digest", "layerwise"] and isinstance(texts["layerwise"], str)
    fits = fits and len(texts["digest"]) == len(ZEROS)
    _expect(fits, "the header is not made of a digest and a description")
    return parse_header(texts["layerwise"]), entries


def _check_tensor(name: str, tensor: np.ndarray, shape: list[int], dtype: str) -> None:
    if list(tensor.shape) != shape or tensor.dtype != dtype:
        given = f"{tensor.dtype} of shape {tensor.shape}"
        raise ModelFileError(f"tensor {name} is {given}, expected {dtype} of shape {tuple(shape)}")
    if not np.isfinite(tensor).all():
        raise ModelFileError(f"tensor {name} holds NaN or infinity: train anew")


def _head(header: Header, layout: dict[str, dict[str, Any]]) -> bytes:
    texts = {"digest": ZEROS.decode(), "layerwise": header.model_dump_json()}
    text = json.dumps({"__metadata__": texts, **layout}, separators=(",", ":"), ensure_ascii=False)
    head = text.encode()
    head += b" " * (-len(head) % 8)  # so that the tensors can be mapped into memory as they are
    if len(head) + 8 > MOST_HEADER_BYTES:
        raise ModelFileError(
            f"the header would have {len(head)} bytes, at most {MOST_HEADER_BYTES} are allowed: "
            "use fewer columns or epochs"
        )
    return len(head).to_bytes(8, "little") + head


def _expect_readable(head: bytes, header: Header) -> None:
    """Refuse to write what could not be read again, such as a number of fifty digits."""
    try:
        read, _ = _read_header(head)
    except ModelFileError as error:
        raise ModelFileError(f"the model cannot be written to a file: {error}") from None
    if read.model_copy(update={"tensors": header.tensors}) != header:
        raise ModelFileError("the model cannot be written to a file: its header reads differently")


def _digest(head: bytes, body: bytes | memoryview) -> bytes:
    digest = hashlib.sha256(head[: DIGEST.start] + ZEROS + head[DIGEST.stop :])
    digest.update(body)
    return digest.hexdigest().encode()


def _check_digests(header: Header, layout: dict[str, Any], data: bytes, start: int) -> None:
    body = memoryview(data)[start:]
    for name, entry in layout.items():
        piece = body[slice(*entry["data_offsets"])]
        same = hashlib.sha256(piece).hexdigest() == header.tensors[name]
        _expect(same, f"tensor {name} does not match its digest")
    _expect(_digest(data[:start], body) == data[DIGEST], "the header does not match its digest")


def _loaded(header: Header, data: bytes) -> dict[str, np.ndarray]:
    try:
        tensors = load(data)
    except SafetensorError as error:  # a second opinion, by the library that defines the format
        raise damaged(f"safetensors refuses it ({shown(str(error))})") from None
    ordered = {name: tensors[name] for name in header.tensors}
    for name, tensor in ordered.items():
        _check_tensor(name, tensor, list(tensor.shape), header.dtype)
    return ordered
