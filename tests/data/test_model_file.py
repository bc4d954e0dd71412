"""A model file comes back to the bit, or is refused in one line; nothing in it is ever run."""

import base64
import errno
import hashlib
import io
import json
import marshal
import os
import pickle
import random
import struct
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import h5py
import joblib
import numpy as np
import pytest
import safetensors.numpy

import layerwise
from layerwise.data.columns import Category, Number
from layerwise.data.encoding import Encoder
from layerwise.data.header import Header, Record
from layerwise.data.model_file import DIGEST, START, ZEROS, parse, read_model, write_model
from layerwise.data.targets import ClassTarget
from layerwise.errors import ModelFileError

COLUMNS = (
    Number(name="age", center=40.0, scale=10.0, clip=True, indicator=False),
    Category(name="città", values=("Bâle", "Genève"), other=False, missing=False),
)
HEADER = Header(
    format="layerwise", version=1, estimator="DNNClassifier",
    settings={"hidden_units": (2,), "l2": 0.0, "activation": "relu", "patience": None},
    units=(3, 2, 3), head="softmax", dtype="float32",
    encoder=Encoder(pixels=None, columns=COLUMNS),
    target=ClassTarget(classes=("a", "b", "c"), dtype="<U1", shares=(0.5, 0.25, 0.25)),
    feature_names=("age", "città"), n_features_in=2,
    history=(
        Record(
            epoch=1, cost=0.5, metric=0.75, validation_cost=None, validation_metric=None,
            seconds=0.1, gradient_norms=(1.0, 2.0), update_norms=(0.1, 0.2),
        ),
    ),
    best_epoch=1, rows=(90, 10), tensors={},
)  # fmt: skip
NAMES = ["W1", "b1", "W2", "b2"]


def some_tensors(dtype="float32"):
    numbers = np.random.default_rng(0)
    shapes = ((2, 3), (2, 1), (3, 2), (3, 1))
    return {n: numbers.normal(size=s).astype(dtype) for n, s in zip(NAMES, shapes, strict=True)}


def written(folder, header=HEADER, tensors=None):
    path = folder / "model.layerwise"
    write_model(path, header, tensors or some_tensors(header.dtype))
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return written(tmp_path_factory.mktemp("whole")).read_bytes()


def refused(data):
    """Return the refusal's words; fail when the bytes are taken for a model."""
    with pytest.raises(ModelFileError) as caught:
        parse(io.BytesIO(data), len(data))
    return str(caught.value)


# --- what is written comes back ---


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_header_and_tensors_come_back_to_the_bit(tmp_path, dtype):
    given = some_tensors(dtype)
    given["W1"][0] = [-0.0, 5e-324, 1e38]
    header, tensors = read_model(
        written(tmp_path, HEADER.model_copy(update={"dtype": dtype}), given)
    )
    assert list(tensors) == NAMES
    for name in NAMES:
        assert tensors[name].dtype == dtype
        assert tensors[name].shape == given[name].shape
        assert tensors[name].tobytes() == given[name].tobytes()
    assert header.model_copy(update={"tensors": {}, "dtype": "float32"}) == HEADER
    assert header.tensors["b2"] == hashlib.sha256(given["b2"].tobytes()).hexdigest()


def test_the_same_model_gives_the_same_bytes(tmp_path, whole):
    header, tensors = read_model(written(tmp_path))
    assert written(tmp_path, header, tensors).read_bytes() == whole


def test_tensors_in_another_order_or_layout_give_the_same_bytes(tmp_path, whole):
    given = {name: np.asfortranarray(tensor) for name, tensor in some_tensors().items()}
    assert written(tmp_path, HEADER, dict(reversed(given.items()))).read_bytes() == whole


def test_plain_safetensors_reads_the_tensors(tmp_path):
    tensors = safetensors.numpy.load_file(written(tmp_path))
    for name, tensor in some_tensors().items():
        np.testing.assert_array_equal(tensors[name], tensor, strict=True)


GOLDEN = {
    "classifier": ((10, 4, 3), "softmax", "float32", "0x1.cccf1e0000000p-2"),
    "regressor": ((2, 1), "identity", "float64", "0x1.e1ccb3711b20ap+0"),
    "pictures": ((6, 3, 2, 1), "sigmoid", "float32", "0x1.28ca3c0000000p-1"),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_files_of_format_version_1_keep_loading(name):
    units, head, dtype, first = GOLDEN[name]
    header, tensors = read_model(Path(__file__).parent / "golden" / f"v1-{name}.layerwise")
    assert (header.units, header.head, header.dtype) == (units, head, dtype)
    assert tensors["W1"].flat[0].item().hex() == first
    assert len(header.history) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"W3": np.zeros((1, 1), np.float32)}, "tensors W3 are missing or do not belong"),
        ({"W1": np.zeros((3, 2), np.float32)}, r"W1 is float32 of shape \(3, 2\), expected"),
        ({"W1": np.zeros((2, 3))}, "W1 is float64 .* expected float32"),
        ({"b2": np.full((3, 1), np.nan, np.float32)}, "b2 holds NaN"),
    ],
)
def test_tensors_that_do_not_fit_are_not_written(tmp_path, change, words):
    with pytest.raises(ModelFileError, match=words):
        written(tmp_path, tensors={**some_tensors(), **change})
    assert not os.listdir(tmp_path)


def test_a_missing_tensor_is_not_written(tmp_path):
    tensors = some_tensors()
    del tensors["b1"]
    with pytest.raises(ModelFileError, match="tensors b1 are missing"):
        written(tmp_path, tensors=tensors)


def test_a_header_that_could_not_be_read_again_is_not_written(tmp_path):
    header = HEADER.model_copy(update={"settings": {"epochs": 10**50}})
    with pytest.raises(ModelFileError, match="cannot be written"):
        written(tmp_path, header)
    assert not os.listdir(tmp_path)


def test_a_full_disk_leaves_the_old_model(tmp_path, monkeypatch):
    path = written(tmp_path)
    before = path.read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match=r"No space left.*model\.layerwise"):
        written(tmp_path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["model.layerwise"]


# --- damage is noticed ---


def test_every_flipped_bit_of_the_header_is_noticed(whole):
    end = 8 + int.from_bytes(whole[:8], "little")
    for place in range(8 * end):
        data = bytearray(whole)
        data[place // 8] ^= 1 << place % 8
        refused(bytes(data))


def test_two_thousand_flipped_bits_of_the_data_are_noticed(tmp_path):
    header = HEADER.model_copy(update={"units": (3, 400, 3)})
    shapes = ((400, 3), (400, 1), (3, 400), (3, 1))
    numbers = np.random.default_rng(1)
    tensors = {n: numbers.normal(size=s).astype("f4") for n, s in zip(NAMES, shapes, strict=True)}
    data = written(tmp_path, header, tensors).read_bytes()
    begin = 8 + int.from_bytes(data[:8], "little")
    for place in random.Random(0).sample(range(8 * begin, 8 * len(data)), 2000):
        flipped = bytearray(data)
        flipped[place // 8] ^= 1 << place % 8
        assert "does not match its digest" in refused(bytes(flipped))


def test_a_damaged_tensor_is_named(whole):
    assert "tensor b2 does not match its digest" in refused(whole[:-1] + b"\xff")


def test_five_hundred_truncations_are_noticed(whole):
    lengths = {*range(120), *random.Random(0).sample(range(len(whole)), 450)}
    assert len(lengths) >= 500
    for length in lengths:
        refused(whole[:length])


@pytest.mark.parametrize("more", [b"\0", b"\n", b" " * 8, b"x" * 1000])
def test_appended_bytes_are_noticed(whole, more):
    assert "bytes, expected" in refused(whole + more)


# --- hostile files: each is a change to a sound file, sealed again with digests that are right ---


def unpacked(data):
    end = 8 + int.from_bytes(data[:8], "little")
    outer = json.loads(data[8:end])
    return outer, json.loads(outer["__metadata__"]["layerwise"]), data[end:]


def sealed(text, body):
    """Return a file with this header text and a right digest."""
    head = text.encode() if isinstance(text, str) else text
    data = struct.pack("<Q", len(head)) + head + body
    if data[8 : DIGEST.start] != START:
        return data
    digest = hashlib.sha256(data[: DIGEST.start] + ZEROS + data[DIGEST.stop :]).hexdigest()
    return data[: DIGEST.start] + digest.encode() + data[DIGEST.stop :]


def packed(outer, inner, body):
    """Return a file of these parts, right digests included; `inner` may be text."""
    text = inner if isinstance(inner, str) else json.dumps(inner)
    outer["__metadata__"]["layerwise"] = text
    return sealed(json.dumps(outer, separators=(",", ":")), body)


def inner_case(change):
    """A change to the description: a function that changes the dictionary in place."""

    def make(data):
        outer, inner, body = unpacked(data)
        change(inner)
        return packed(outer, inner, body)

    return make


def put(value, *place):
    """The description with `value` at this place."""

    def change(inner):
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = value

    return inner_case(change)


def without(*place):
    def change(inner):
        for key in place[:-1]:
            inner = inner[key]
        del inner[place[-1]]

    return inner_case(change)


def inner_text(old, new):
    """The description's text with `old` replaced: for JSON that no dictionary can say."""

    def make(data):
        outer, inner, body = unpacked(data)
        text = json.dumps(inner)
        assert old in text
        return packed(outer, text.replace(old, new, 1), body)

    return make


def outer_case(change):
    """A change to safetensors' own header: a function that changes the dictionary in place."""

    def make(data):
        outer, inner, body = unpacked(data)
        change(outer)
        return packed(outer, inner, body)

    return make


def entry(**changes):
    return outer_case(lambda outer: outer["W2"].update(changes))


def outer_text(old, new):
    def make(data):
        outer, _, body = unpacked(data)
        text = json.dumps(outer, separators=(",", ":"), ensure_ascii=False)
        assert old in text
        return sealed(text.replace(old, new, 1), body)

    return make


def header_length(number):
    return lambda data: struct.pack("<Q", number) + data[8:]


def renamed_tensor(name):
    """W2 under another name, everywhere."""

    def make(data):
        outer, inner, body = unpacked(data)
        outer = {name if key == "W2" else key: value for key, value in outer.items()}
        digests = inner["tensors"]
        inner["tensors"] = {name if key == "W2" else key: digests[key] for key in digests}
        return packed(outer, inner, body)

    return make


def many_layers(count):
    def change(inner):
        inner["units"] = [3] + [1] * count + [3]
        inner["settings"]["hidden_units"] = [1] * count
        inner["history"] = []
        inner["best_epoch"] = 0

    return inner_case(change)


def hole(data):
    outer, inner, body = unpacked(data)
    for name in ("W2", "b2"):
        outer[name]["data_offsets"] = [place + 8 for place in outer[name]["data_offsets"]]
    begin = outer["W2"]["data_offsets"][0] - 8
    return packed(outer, inner, body[:begin] + bytes(8) + body[begin:])


def swapped(data):
    outer, inner, body = unpacked(data)
    outer = {name: outer[name] for name in ("__metadata__", "b1", "W1", "W2", "b2")}
    return packed(outer, inner, body)


def more_tensors(data):
    outer, inner, body = unpacked(data)
    outer["W3"] = {"dtype": "F32", "shape": [1, 3], "data_offsets": [len(body), len(body) + 12]}
    inner["tensors"]["W3"] = hashlib.sha256(bytes(12)).hexdigest()
    return packed(outer, inner, body + bytes(12))


def fewer_tensors(data):
    outer, inner, body = unpacked(data)
    begin, _ = outer.pop("b2")["data_offsets"]
    del inner["tensors"]["b2"]
    return packed(outer, inner, body[:begin])


def not_finite(data):
    outer, inner, body = unpacked(data)
    begin, end = outer["b2"]["data_offsets"]
    body = body[:begin] + np.full((end - begin) // 4, np.nan, "<f4").tobytes()
    inner["tensors"]["b2"] = hashlib.sha256(body[begin:]).hexdigest()
    return packed(outer, inner, body)


def not_utf_8(data):
    outer, _, body = unpacked(data)
    text = json.dumps(outer, separators=(",", ":")).encode()
    return sealed(text.replace(b"softmax", b"soft\xffax", 1), body)


def zipped(name, content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()


def saved(save):
    file = io.BytesIO()
    save(file)
    return file.getvalue()


class Trap:
    """Unpickled, it would leave a mark."""

    def __reduce__(self):
        return os.system, ("touch trapped",)


def marshalled():
    return base64.b64encode(marshal.dumps(compile("import os", "trap", "exec"))).decode()


LAMBDA = {"class_name": "Lambda", "config": {"function": marshalled()}}
URL = "https://example.com/model.layerwise"
YAML = "!!python/object/apply:os.system ['touch trapped']"
COLUMN = ("encoder", "columns")

HOSTILE = {
    "empty": lambda data: b"",
    **{f"{n} bytes": lambda data, n=n: data[:n] for n in range(1, 8)},
    "header length 0": header_length(0),
    "header length too small": header_length(80),
    "header length just past the file": lambda data: struct.pack("<Q", len(data) - 7) + data[8:],
    "header length of a terabyte": header_length(2**40),
    "header length 2^63-1": header_length(2**63 - 1),
    "header length 2^64-1": header_length(2**64 - 1),
    "not UTF-8": not_utf_8,
    "a BOM in front": lambda data: b"\xef\xbb\xbf" + data,
    "a BOM in the header": lambda data: sealed(b"\xef\xbb\xbf" + data[8:], b""),
    "a BOM in the description": inner_text("{", "\ufeff{"),
    "not JSON": lambda data: sealed(START.decode() + "0" * 64 + '"', b""),
    "not JSON in the description": inner_text("{", "{{"),
    "a JSON array": lambda data: sealed("[1, 2, 3]", b""),
    "a JSON array as the description": lambda data: packed(unpacked(data)[0], [1], b""),
    "a description that is a dictionary": outer_text('"layerwise":"', '"layerwise":{},"x":"'),
    "a long digest": outer_text('"digest":"', '"digest":"' + "0" * 8),
    "trailing bytes": lambda data: data + b"more",
    "trailing text after the header": lambda data: sealed(
        data[8 : 8 + int.from_bytes(data[:8], "little")].rstrip() + b"{}", unpacked(data)[2]
    ),
    "a tensor twice": outer_text('"W2":', '"W1":{},"W2":'),
    "the metadata twice": outer_text(',"W1":', ',"__metadata__":{},"W1":'),
    "a key of the description twice": inner_text('"version": 1', '"version": 2, "version": 1'),
    "a setting twice": inner_text('"l2": 0.0', '"l2": 1.0, "l2": 0.0'),
    "nested 100 000 deep": lambda data: sealed(
        START.decode() + "0" * 64 + '","layerwise":' + "[" * 100_000, b""
    ),
    "nested 100 000 deep in the description": inner_text('"l2": 0.0', '"l2": ' + "[" * 100_000),
    "nested 500 deep": inner_text('"l2": 0.0', '"l2": ' + "[" * 500 + "]" * 500),
    "a tensor nested 500 deep": outer_text('"shape":[3,2]', '"shape":' + "[" * 500 + "]" * 500),
    "1e6 keys": outer_case(lambda outer: outer.update(dict.fromkeys(map(str, range(10**6)), 0))),
    "1e6 keys in the description": inner_case(
        lambda inner: inner.update(dict.fromkeys(map(str, range(10**6)), 0))
    ),
    "1e6 epochs that are none": put([0] * 10**6, "history"),
    "NaN": put(float("nan"), "settings", "l2"),
    "Infinity": put(float("inf"), "history", 0, "cost"),
    "-Infinity": put(float("-inf"), *COLUMN, 0, "center"),
    "NaN for a shape": entry(shape=[float("nan"), 2]),
    "1e999": inner_text('"center": 40.0', '"center": 1e999'),
    "10^400 for a real number": inner_text('"center": 40.0', '"center": 1' + "0" * 400),
    "10^400 for a whole number": inner_text('"best_epoch": 1', '"best_epoch": 1' + "0" * 400),
    "10^400 for a setting": inner_text('"l2": 0.0', '"l2": 1' + "0" * 400),
    "10^10000 for a setting": inner_text('"l2": 0.0', '"l2": 1' + "0" * 10_000),
    "a flag for a whole number": put(True, "n_features_in"),
    "a flag for a version": put(True, "version"),
    "a flag for a real number": put(True, *COLUMN, 0, "center"),
    "a flag for an epoch": put(True, "history", 0, "epoch"),
    "a word for a number": put("1", "best_epoch"),
    "a real number for a whole one": put(2.0, "units", 1),
    "a flag in a shape": entry(shape=[3, True]),
    "a real number in a shape": entry(shape=[3.0, 2]),
    "NUL in a column's name": put("a\0", *COLUMN, 0, "name"),
    "NUL in a feature's name": put("a\0", "feature_names", 0),
    "NUL in a category": put("a\0", *COLUMN, 1, "values", 0),
    "NUL in a setting": put("relu\0", "settings", "activation"),
    "NUL in a setting's name": put(1, "settings", "l2\0"),
    "NUL in a tensor's name": renamed_tensor("W2\0"),
    "an escape sequence in a name": put("\x1b]0;owned\x07", *COLUMN, 0, "name"),
    "a lone surrogate": put("\ud800", *COLUMN, 0, "name"),
    "__class__ for a tensor": renamed_tensor("__class__"),
    "../w for a tensor": renamed_tensor("../w"),
    "a tensor's name of 1 MB": renamed_tensor("W" * 10**6),
    "__class__ for a setting": put("os", "settings", "__class__"),
    "../w for a setting": put(1, "settings", "../w"),
    "a setting's name of 1 MB": put(1, "settings", "a" * 10**6),
    "__class__ for a key": put("os", "__class__"),
    "a column's name of 1 MB": put("a" * 10**6, *COLUMN, 0, "name"),
    "a setting of 1 MB": put("a" * 10**6, "settings", "activation"),
    "wrong magic": put("tensorflow", "format"),
    "no magic": without("format"),
    "another program's safetensors": lambda data: safetensors.numpy.save(some_tensors()),
    "a future version": put(2, "version"),
    "a far future version": inner_text('"version": 1', '"version": 1' + "0" * 39),
    "version 0": put(0, "version"),
    "version 1.0": put(1.0, "version"),
    "a version in words": put("1", "version"),
    "a negative shape": entry(shape=[-3, -2]),
    "an overflowing shape": entry(shape=[2**32, 2**32]),
    "a shape that does not match the bytes": entry(shape=[3, 3]),
    "a shape turned over": entry(shape=[2, 3]),
    "a shape of another rank": entry(shape=[6]),
    "begin > end": entry(data_offsets=[56, 32]),
    "an overlap": entry(data_offsets=[0, 24]),
    "a hole": hole,
    "an offset past the end": entry(data_offsets=[2**40, 2**40 + 24]),
    "a negative offset": entry(data_offsets=[-24, 0]),
    "three offsets": entry(data_offsets=[32, 56, 80]),
    "tensors in another order": swapped,
    "an unknown dtype": entry(dtype="F33"),
    "another dtype": entry(dtype="I32"),
    "an object dtype": entry(dtype="O"),
    "an extra key for a tensor": entry(url=URL),
    "a tensor without a dtype": outer_case(lambda outer: outer["W2"].pop("dtype")),
    "a tensor that is a list": outer_case(lambda outer: outer.update(W2=[])),
    "a wrong checksum": lambda data: data[: DIGEST.start] + b"0" * 64 + data[DIGEST.stop :],
    "a missing checksum": lambda data: sealed(
        json.dumps({**unpacked(data)[0], "__metadata__": {"layerwise": "{}"}}), b""
    ),
    "a wrong checksum of a tensor": put("0" * 64, "tensors", "W2"),
    "a missing checksum of a tensor": without("tensors", "W2"),
    "no checksums of tensors": put({}, "tensors"),
    "a zip in front": lambda data: zipped("a", b"b") + data,
    "a zip behind": lambda data: data + zipped("a", b"b"),
    "a module path for a head": put("os.system", "head"),
    "a module path for an estimator": put("subprocess.Popen", "estimator"),
    "a module path for a column": put("builtins.eval", *COLUMN, 0, "kind"),
    "a marshalled function for a setting": put(LAMBDA, "settings", "activation"),
    "a marshalled function for a head": put(marshalled(), "head"),
    "a YAML tag for a head": put(YAML, "head"),
    "a YAML tag for a column": put(YAML, *COLUMN, 0),
    "a YAML file": lambda data: YAML.encode(),
    "a URL for a head": put(URL, "head"),
    "a URL for a dtype": put(URL, "dtype"),
    "a URL for a checksum": put(URL, "tensors", "W1"),
    "a URL in another key": put(URL, "source"),
    "sizes that do not match the tensors": put([3, 4, 3], "units"),
    "1e6 layers": many_layers(10**6),
    "1000 layers without tensors": many_layers(1000),
    "width 1e12": put(10**12, "units", 1),
    "width 0": put(0, "units", 1),
    "pictures of 2^62 pixels": put({"pixels": [2**31, 2**31], "columns": []}, "encoder"),
    **{
        f"{key} missing": without(key)
        for key, field in Header.model_fields.items()
        if key != "format" and field.is_required()
    },
    "an extra key": put(1, "else"),
    "an extra key of a column": put(1, *COLUMN, 0, "else"),
    "an extra key of the metadata": outer_case(lambda o: o["__metadata__"].update(source=URL)),
    "an extra tensor": more_tensors,
    "a missing tensor": fewer_tensors,
    "too many classes": put(["a", "b", "c", "d"], "target", "classes"),
    "too few shares": put([0.5, 0.5], "target", "shares"),
    "a class twice": put(["a", "a", "b"], "target", "classes"),
    "labels of a gigabyte each": put("<U268435456", "target", "dtype"),
    "a category twice": put(["a", "a"], *COLUMN, 1, "values"),
    "weights that are not finite": not_finite,
    "pickle": lambda data: pickle.dumps(Trap()),
    "old pickle": lambda data: pickle.dumps(Trap(), protocol=0),
    "joblib": lambda data: saved(lambda file: joblib.dump({"a": Trap()}, file)),
    "compressed joblib": lambda data: saved(lambda file: joblib.dump(Trap(), file, compress=True)),
    "npy": lambda data: saved(lambda file: np.save(file, np.array([Trap()], dtype=object))),
    "npz": lambda data: saved(lambda file: np.savez(file, W1=np.ones(3))),
    ".keras": lambda data: zipped("config.json", json.dumps(LAMBDA)),
    ".h5": lambda data: saved(lambda file: h5py.File(file, "w").close()),
    ".pt": lambda data: zipped("archive/data.pkl", pickle.dumps(Trap())),
}
SEEMING = {"pickle": "pickle", "joblib": "pickle", "compressed joblib": ".joblib", "npy": ".npy",
           "npz": "zip", ".keras": "zip", ".h5": "HDF5", ".pt": "zip", "empty": "empty",
           "a zip in front": "zip", "a BOM in front": "text",
           "another program's safetensors": "safetensors file of another program"}  # fmt: skip

WATCHER = """
    import json, os, sys
    from layerwise.data.model_file import read_model
    from layerwise.errors import ModelFileError

    seen, paths = [], sys.stdin.read().splitlines()

    def note(event, given):
        if seen is not None and watching:
            seen.append([event, str(given[0]) if given else ""])

    def opened(path):
        try:
            read_model(path)
            return ["read", ""]
        except BaseException as error:
            return [type(error).__name__, str(error)]

    watching = False
    for path in paths[:2]:  # a sound and a broken file, so that all that is lazy is loaded
        opened(path)
    sys.addaudithook(note)
    reports = {}
    for path in paths:
        seen.clear()
        watching = True
        outcome = opened(path)
        watching = False
        reports[path] = [outcome, list(seen)]
    print(json.dumps(reports))
"""


@pytest.fixture(scope="module")
def reports(whole, tmp_path_factory):
    """What a watched process says of a sound file, of every hostile one and of what is no file."""
    folder = tmp_path_factory.mktemp("hostile")
    paths = {name: folder / f"{i}.layerwise" for i, name in enumerate(["sound", "bad", *HOSTILE])}
    paths["sound"].write_bytes(whole)
    paths["bad"].write_bytes(put(0, "version")(whole))
    for name, make in HOSTILE.items():
        paths[name].write_bytes(make(whole))
    paths |= {"a folder": folder, "no file": folder / "none", "a FIFO": folder / "pipe"}
    os.mkfifo(folder / "pipe")
    paths |= {"a device": Path("/dev/zero"), "a loop": folder / "loop", "no name": Path("x" * 300)}
    (folder / "loop").symlink_to("loop")
    lines = "\n".join(map(str, paths.values()))
    command = [sys.executable, "-c", textwrap.dedent(WATCHER)]
    environment = {**os.environ, "PYTHONPATH": str(Path(layerwise.__file__).parents[1])}
    done = subprocess.run(
        command,
        check=False,
        input=lines,
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=60,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    assert not (folder / "trapped").exists()
    found = json.loads(done.stdout)
    return {name: (str(path), *found[str(path)]) for name, path in paths.items()}


NO_FILES = ["a folder", "no file", "a FIFO", "a device", "a loop", "no name"]


@pytest.mark.parametrize("name", [*HOSTILE, *NO_FILES])
def test_a_hostile_file_is_refused_in_one_line_and_does_nothing(reports, name):
    path, (outcome, message), events = reports[name]
    assert outcome == "ModelFileError"
    assert message.startswith(f"{path}: ")
    assert message.isprintable()
    assert len(message) < len(path) + 400
    assert SEEMING.get(name, "") in message
    # the file itself, by its name and by its descriptor, is all that is ever opened
    assert all(event == "open" for event, _ in events), events
    assert {given for _, given in events if not given.isdigit()} <= {path}
    # what is no file is not even opened: for a device that alone may do something
    assert not (events and name in NO_FILES)


def test_a_sound_file_opens_nothing_but_itself(reports):
    path, outcome, events = reports["sound"]
    assert outcome == ["read", ""]
    assert all(event == "open" and (given == path or given.isdigit()) for event, given in events)
    assert events


def test_a_name_that_no_file_can_have_is_refused():
    with pytest.raises(ModelFileError, match="check the path") as caught:
        read_model("a\0b\n")
    assert str(caught.value).isprintable()


def test_every_case_is_refused_for_its_own_reason(reports, whole):
    # not because a digest is wrong, for an attacker can compute digests
    same = packed(*unpacked(whole))
    parse(io.BytesIO(same), len(same))
    by_digest = [name for name in HOSTILE if "its digest" in reports[name][1][1]]
    assert sorted(by_digest) == ["a wrong checksum", "a wrong checksum of a tensor"]


# --- a kill ---

KILLER = """
    import os, random, signal, sys, time
    import numpy as np
    from layerwise.data.encoding import Encoder
    from layerwise.data.header import Header
    from layerwise.data.model_file import read_model, write_model
    from layerwise.data.targets import NumberTarget

    path = sys.argv[1]
    header = Header(
        format="layerwise", version=1, estimator="DNNRegressor", settings={}, units=(9000, 1),
        head="identity", dtype="float64", encoder=Encoder(pixels=(9000,), columns=()),
        target=NumberTarget(mean=0.0, scale=1.0), feature_names=None, n_features_in=9000,
        history=(), best_epoch=0, rows=(1, 0), tensors={},
    )

    def write(number):
        tensors = {"W1": np.full((1, 9000), float(number)), "b1": np.full((1, 1), float(number))}
        write_model(path, header, tensors)

    def write_on(number, acknowledge):
        while True:
            number += 1
            write(number)
            os.write(acknowledge, number.to_bytes(4, "big"))

    random.seed(0)
    last, most_left = 0, 0
    write(last)
    for _ in range(50):
        heard, acknowledge = os.pipe()
        child = os.fork()
        if not child:
            write_on(last, acknowledge)
        os.close(acknowledge)
        os.read(heard, 4)
        time.sleep(random.uniform(0, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        told = b""
        while part := os.read(heard, 65536):
            told += part
        os.close(heard)
        acknowledged = int.from_bytes(told[-4:], "big") if told else last + 1
        _, tensors = read_model(path)
        found = set(tensors["W1"].ravel()) | set(tensors["b1"].ravel())
        assert found in ({acknowledged}, {acknowledged + 1}), (found, acknowledged)
        last = int(found.pop())
        most_left = max(most_left, len(os.listdir(os.path.dirname(path))) - 1)
    write(last)
    print(last, most_left, os.listdir(os.path.dirname(path)))
"""


def test_fifty_kills_cost_no_acknowledged_model_and_leave_nothing(tmp_path):
    path = tmp_path / "model.layerwise"
    command = [sys.executable, "-W", "ignore", "-c", textwrap.dedent(KILLER), str(path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    last, most_left, *names = done.stdout.split(maxsplit=2)
    assert int(last) > 50
    assert int(most_left) <= 1
    assert names == ["['model.layerwise']\n"]
