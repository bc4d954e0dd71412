"""Each malformed file through train, evaluate and predict: a right read, or one clear line."""

import gzip
import io
import os
import struct

import numpy as np
import polars as pl
import pytest
from PIL import Image

from layerwise.app.main import main

ROWS = 60
TABLE = ["x,c,label", *(f"{i % 7},{'ab'[i % 2]},{('no', 'yes')[i % 2]}" for i in range(ROWS))]
TEXT = "\n".join(TABLE) + "\n"
QUICK = ["--epochs", "1", "--hidden-units", "4"]


def with_line(number, line):
    """Return the table with line `number` (the header is 1) replaced."""
    return "\n".join([*TABLE[: number - 1], line, *TABLE[number:]]) + "\n"


def column(name, values):
    return "\n".join(
        [f"x,{name},label", *(f"{i % 7},{v},{('no', 'yes')[i % 2]}" for i, v in enumerate(values))]
    )


def parquet(**changes):
    frame, buffer = pl.read_csv(io.StringIO(TEXT)), io.BytesIO()
    frame.with_columns(**changes).write_parquet(buffer)
    return buffer.getvalue()


def npz(**arrays):
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def ndjson(*lines):
    good = [f'{{"x": {i % 7}, "c": "a", "label": "{("no", "yes")[i % 2]}"}}' for i in range(ROWS)]
    return "\n".join([*good, *lines]) + "\n"


IDX = struct.pack(">4B3I", 0, 0, 8, 3, 4, 2, 2)
# name of the file: (content, words of the one line)
REFUSED = {
    "empty.csv": ("", "empty"),
    "blank.csv": ("\n\n\n", "empty"),
    "header.csv": ("x,c,label\n", "only a header"),
    "long-row.csv": (with_line(5, "1,a,yes,more"), "line 5: 4 fields, expected 3"),
    "short-row.csv": (with_line(9, "1,a"), "line 9: 2 fields, expected 3"),
    "latin-1.csv": (TEXT.replace("\n3,b", "\n3,\xe9").encode("latin-1"), "is not UTF-8"),
    "nul.csv": (with_line(7, "1,a\0,yes"), "line 7: a NUL"),
    "unclosed.csv": (with_line(6, '1,"a,yes'), "line 6: a quote"),
    "behind-quote.csv": (with_line(6, '1,"a"b,yes'), "line 6: text stands behind"),
    "twice.csv": (TEXT.replace("x,c,", "x,x,", 1), "columns 1 and 2 are both named 'x'"),
    "no-name.csv": (TEXT.replace("x,c,", "x,,", 1), "column 2 has no name"),
    "mixed.csv": (with_line(8, "seven,a,yes"), "line 8, column 'x': 'seven'"),
    "infinite.csv": (with_line(8, "inf,a,yes"), "line 8, column 'x': 'inf'"),
    "negative-infinite.csv": (with_line(8, "-Infinity,a,yes"), "line 8, column 'x'"),
    "too-large.csv": (with_line(8, "1e400,a,yes"), "line 8, column 'x': '1e400'"),
    "thousands.csv": (with_line(8, '"1,234",a,yes'), "line 8, column 'x'"),
    "cut.csv.gz": (gzip.compress(TEXT.encode())[:-30], "cut.csv.gz: cannot be read"),
    "not-packed.csv.gz": (TEXT, "not-packed.csv.gz: cannot be read"),
    "not-packed.csv.zst": (b"\x28\xb5\x2f\xfd" + b"\xff" * 40, "not-packed.csv.zst"),
    "control.csv.zst": (b"\x28\xb5\x2f", "control.csv.zst"),
    "cut.parquet": (parquet()[:-40], "cut.parquet: cannot be read"),
    "text.parquet": (TEXT, "text.parquet: cannot be read"),
    "empty.parquet": (b"", "empty.parquet"),
    "nested.parquet": (parquet(c=pl.concat_list("x", "x")), "'c'"),
    "infinite.parquet": (parquet(x=pl.lit(float("inf"))), "'x'"),
    "empty.ndjson": ("", "empty"),
    "no-json.ndjson": (ndjson("{'x': 1}"), f"line {ROWS + 1}"),
    "list.ndjson": (ndjson("[1, 2]"), f"line {ROWS + 1}: not an object"),
    "nan.ndjson": (ndjson('{"x": NaN, "c": "a", "label": "no"}'), f"line {ROWS + 1}"),
    "cut.npz": (npz(X=np.zeros((9, 2)), y=np.arange(9))[:-60], "cut.npz"),
    "text.npz": (TEXT, "text.npz"),
    "objects.npz": (npz(X=np.array([[1, "a", None]] * 9, dtype=object), y=np.arange(9)), "objects"),
    "lengths.npz": (npz(X=np.zeros((9, 2)), y=np.arange(8)), "lengths.npz"),
    "text.h5": (TEXT, "text.h5"),
    "cut.h5": (b"\x89HDF\r\n\x1a\n" + b"\0" * 30, "cut.h5"),
    "text.mat": (TEXT, "text.mat"),
    "a-idx3-ubyte": (IDX + bytes(9), "a-idx3-ubyte"),
    "b-idx3-ubyte": (b"\1" + IDX[1:] + bytes(16), "b-idx3-ubyte"),
    "strange.xyz": (TEXT, "strange.xyz"),
}
# name of the file: content; all hold the same 60 rows or a few less
READ = {
    "plain.csv": TEXT,
    "bom.csv": "\ufeff" + TEXT,
    "utf-16.csv": TEXT.encode("utf-16"),
    "semicolon.csv": TEXT.replace(",", ";"),
    "tab.tsv": TEXT.replace(",", "\t"),
    "bar.csv": TEXT.replace(",", "|"),
    "cr.csv": TEXT.replace("\n", "\r"),
    "crlf.csv": TEXT.replace("\n", "\r\n"),
    "spaces.csv": TEXT.replace(",", ", "),
    "stops.csv": TEXT.replace("yes", "yes.").replace("no\n", "no.\n"),
    "question.csv": with_line(8, "?,?,yes"),
    "words.csv": with_line(8, "NaN,NA,yes"),
    "empty-cells.csv": with_line(8, ",,yes"),
    "no-target.csv": with_line(8, "1,a,"),
    "whole.csv": with_line(8, f"{2**64 + 1},a,yes"),
    "long-cell.csv": with_line(8, "1," + "a" * 10**6 + ",yes"),
    "decimal-comma.csv": column("c", ["a", "b"] * 30)
    .replace(",", ";")
    .replace("\n3;", "\n3,5;"),
    "packed.csv.gz": gzip.compress(TEXT.encode()),
    "plain.parquet": parquet(),
    "missing.parquet": parquet(x=pl.when(pl.col("x") > 2).then(pl.col("x"))),
    "nan.parquet": parquet(x=pl.when(pl.col("x") > 2).then(pl.col("x").cast(float)).otherwise(float("nan"))),
    "plain.ndjson": ndjson(),
    "blank-lines.ndjson": ndjson("", ""),
}  # fmt: skip


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """Return a model of the table, one epoch."""
    folder = tmp_path_factory.mktemp("malformed")
    (folder / "table.csv").write_text(TEXT)
    out = folder / "table.layerwise"
    assert main(["train", os.fspath(folder / "table.csv"), *QUICK, "--out", os.fspath(out)]) == 0
    return out


def written(tmp_path, name, content):
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def runs(verb, model, path):
    """Return the arguments of one of the three commands, which would write into this folder."""
    return {
        "train": ["train", path, *QUICK],
        "evaluate": ["evaluate", model, path],
        "predict": ["predict", model, path, "--out", "answers.csv"],
    }[verb]


@pytest.mark.parametrize("verb", ["train", "evaluate", "predict"])
@pytest.mark.parametrize("name", REFUSED)
def test_a_malformed_file_gets_one_line_and_nothing_is_written(
    name, verb, command, model, tmp_path
):
    content, words = REFUSED[name]
    done = command(*runs(verb, model, written(tmp_path, name, content)))
    assert (done.code, done.out) == (3, ""), done
    assert done.err.startswith("layerwise: ")
    assert done.err.count("\n") == 1
    assert name in done.err
    assert words in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("verb", ["train", "evaluate", "predict"])
@pytest.mark.parametrize("name", READ)
def test_an_odd_but_sound_file_is_read(name, verb, command, model, tmp_path):
    path = written(tmp_path, name, READ[name])
    done = command(*runs(verb, model, path))
    assert (done.code, done.err) == (0, "") or verb != "evaluate", done
    assert done.code == 0, done
    if verb == "predict":
        assert pl.read_csv(tmp_path / "answers.csv").height == ROWS


def folder_of_pictures(place):
    for label in ("one", "two"):
        (place / label).mkdir(parents=True)
        for i in range(12):
            Image.new("RGB", (9, 9), (20 * i, 0, 0)).save(place / label / f"{i}.png")
    return place


DAMAGE = {
    "a cut picture": lambda p: (p / "one" / "3.png").write_bytes((p / "one" / "3.png").read_bytes()[:40]),
    "text for a picture": lambda p: (p / "one" / "3.png").write_text("a picture"),
    "an empty picture": lambda p: (p / "one" / "3.png").write_bytes(b""),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_picture_is_named(damage, command, tmp_path):
    place = folder_of_pictures(tmp_path / "in")
    DAMAGE[damage](place)
    done = command("train", place, *QUICK, "--image-size", "8x8")
    assert (done.code, done.out) == (3, "")
    assert "3.png" in done.err
    assert done.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("odd", ["empty", "one class", "no pictures"])
def test_a_folder_that_is_no_set_of_pictures_is_refused(odd, command, tmp_path):
    place = folder_of_pictures(tmp_path / "in")
    for label in {"empty": ("one", "two"), "one class": ("two",)}.get(odd, ()):
        for picture in (place / label).iterdir():
            picture.unlink()
        (place / label).rmdir()
    if odd == "no pictures":
        for picture in place.rglob("*.png"):
            picture.rename(picture.with_suffix(".txt"))
    done = command("train", place, *QUICK, "--image-size", "8x8")
    assert (done.code, done.out) == (3, ""), done
    assert done.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_class_without_pictures_is_left_out_and_said(command, tmp_path):
    (folder_of_pictures(tmp_path / "in") / "three").mkdir()
    done = command("train", "in", *QUICK, "--image-size", "8x8")
    assert done.code == 0
    assert "no pictures in 'three': left out" in done.out


def test_ten_thousand_columns_are_read(command, tmp_path):
    (tmp_path / "in").mkdir()
    random = np.random.default_rng(0)
    names = ",".join(f"f{i}" for i in range(10_000))
    rows = [
        ",".join(map(str, random.integers(0, 9, 10_000))) + f",{'ab'[i % 2]}" for i in range(30)
    ]
    (tmp_path / "in" / "wide.csv").write_text("\n".join([names + ",label", *rows]) + "\n")
    done = command("train", "in/wide.csv", "--epochs", "1", "--hidden-units", "2")
    assert done.code == 0, done.err
