"""The malformed tables, and the real messy ones: one clear line, or a correct read."""

import gzip
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from layerwise.data.reading import Reading, infer_task, read
from layerwise.errors import DataError

REAL = Path(__file__).parents[3] / "shared" / "data"
needs_real = pytest.mark.skipif(not REAL.exists(), reason="the real data sets are not here")
GOOD = "x,c,label\n1,a,yes\n2,b,no\n3,a,yes\n"


def refused(path, reading=None):
    with pytest.raises(DataError) as caught:
        read(path, reading)
    message = str(caught.value)
    assert "\n" not in message
    assert path.name in message
    return message


def write(folder, content, name="t.csv"):
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


MALFORMED = {
    "empty": ("", "empty"),
    "header only": ("x,y\n", "only a header"),
    "long row": ("x,y\n1,2\n1,2,3\n", "line 3: 3 fields, expected 2"),
    "short row": ("x,y\n1,2\n1\n", "line 3: 1 fields, expected 2"),
    "latin-1 byte": (b"x,y\n1,caf\xe9\n", "line 2: byte 0xe9 is not UTF-8"),
    "duplicate column": ("x,x,y\n1,2,3\n", "columns 1 and 2 are both named 'x'"),
    "NUL": ("x,y\n1,2\n1,\0\n", "line 3: a NUL"),
    "unclosed quote": ('x,y\n1,2\n1,"a\n3,4\n', "line 3: .*quote"),
    "mixed types": ("x,y\n" + "1,2\n" * 40 + "abc,2\n", "line 42, column 'x': 'abc'"),
    "infinity": ("x,y\n1,2\ninf,3\n", "line 3, column 'x': 'inf'"),
    "too large": ("x,y\n1,2\n1e400,3\n", "line 3, column 'x': '1e400'"),
    "empty column name": ("x,,y\n1,2,3\n", "column 2 has no name"),
    "target all missing": ("x,y\n1,?\n2,\n", "every value of the target 'y' is missing"),
    "only a target": ("y\n1\n2\n", "no column beside the target"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_table_gets_one_clear_line(case, tmp_path):
    content, expected = MALFORMED[case]
    assert re.search(expected, refused(write(tmp_path, content)))


def test_a_target_that_is_not_there_names_the_nearest(tmp_path):
    assert "'label'" in refused(write(tmp_path, GOOD), Reading(target="labl"))


READ = {
    "plain": GOOD,
    "BOM": "\ufeff" + GOOD,
    "semicolons": GOOD.replace(",", ";"),
    "tabs": GOOD.replace(",", "\t"),
    "bars": GOOD.replace(",", "|"),
    "CR only": GOOD.replace("\n", "\r"),
    "CRLF": GOOD.replace("\n", "\r\n"),
    "spaces after commas": GOOD.replace(",", ", "),
    "quotes": 'x,c,label\n1,"a",yes\n2,b,"no"\n3,a,yes\n',
    "blank lines at the end": GOOD + "\n\n",
    "full stops after labels": GOOD.replace("yes", "yes.").replace("no", "no."),
}


@pytest.mark.parametrize("case", READ)
def test_a_table_of_any_shape_is_read_alike(case, tmp_path):
    data = read(write(tmp_path, READ[case]))
    assert data.X["x"].to_list() == [1, 2, 3]
    assert data.X["c"].to_list() == ["a", "b", "a"]
    assert data.y.tolist() == ["yes", "no", "yes"]
    assert data.target == "label"


def test_utf_16_is_decoded_and_said(tmp_path):
    data = read(write(tmp_path, GOOD.encode("utf-16")))
    assert data.X["x"].to_list() == [1, 2, 3]
    assert "UTF-16" in data.notes[0]


@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_packed_tables_are_unpacked(packing, tmp_path):
    path = tmp_path / f"t.csv.{packing}"
    if packing == "gz":
        path.write_bytes(gzip.compress(GOOD.encode()))
    else:
        pa = pytest.importorskip("pyarrow")
        path.write_bytes(pa.Codec("zstd").compress(GOOD.encode(), asbytes=True))
        with pa.CompressedOutputStream(str(path), "zstd") as stream:
            stream.write(GOOD.encode())
    assert read(path).y.tolist() == ["yes", "no", "yes"]


def test_a_truncated_gz_is_refused(tmp_path):
    path = write(tmp_path, gzip.compress(GOOD.encode() * 50)[:-9], "t.csv.gz")
    assert "end-of-stream" in refused(path)


def test_words_for_missing_become_null(tmp_path):
    words = ["?", "NA", "", "nan", "NULL", "none", "-", "n/a"]
    body = "".join(f"{word},a\n" for word in words)
    data = read(write(tmp_path, "x,y\n1,a\n2,b\n" + body))
    assert data.X["x"].null_count() == len(words)


def test_decimal_commas_are_read_and_said(tmp_path):
    data = read(write(tmp_path, "x;y\n1,5;a\n-2,25;b\n"))
    assert data.X["x"].to_list() == [1.5, -2.25]
    assert any("decimal comma" in note for note in data.notes)


def test_integers_past_two_to_the_64_become_floats(tmp_path):
    data = read(write(tmp_path, f"x,y\n{2**70},a\n1,b\n"))
    assert data.X["x"].to_list() == [float(2**70), 1.0]


def test_a_very_long_cell_and_many_columns_are_read(tmp_path):
    data = read(write(tmp_path, f"x,y\n{'a' * 1_000_000},1\nb,2\n"))
    assert len(data.X["x"][0]) == 1_000_000
    wide = ",".join(f"c{i}" for i in range(10_000))
    row = ",".join(["1"] * 10_000)
    assert read(write(tmp_path, f"{wide}\n{row}\n{row}\n")).X.width == 9_999


def test_no_header_is_detected_and_said(tmp_path):
    data = read(write(tmp_path, "M,0.4,15\nF,0.5,7\n"))
    assert data.X.columns == ["column_1", "column_2"]
    assert "no header" in data.notes[0]


def test_a_header_above_words_only_is_detected(tmp_path):
    assert read(write(tmp_path, "color,label\nred,yes\nblue,no\n")).X.columns == ["color"]


def test_the_header_may_be_stated(tmp_path):
    path = write(tmp_path, "1,2\n3,4\n")
    assert read(path, Reading(header=True)).X.columns == ["1"]


def test_a_running_number_without_a_name_is_left_out(tmp_path):
    data = read(write(tmp_path, ",x,y\n0,5,a\n1,6,b\n"))
    assert data.X.columns == ["x"]


def test_the_target_may_be_a_name_or_a_number(tmp_path):
    path = write(tmp_path, GOOD)
    assert read(path, Reading(target="c")).y.tolist() == ["a", "b", "a"]
    assert read(path, Reading(target="1")).y.tolist() == [1, 2, 3]


def test_columns_may_be_left_out(tmp_path):
    assert read(write(tmp_path, GOOD), Reading(drop=("c",))).X.columns == ["x"]


def test_rows_without_a_target_are_left_out_and_counted(tmp_path):
    data = read(write(tmp_path, "x,y\n1,a\n2,?\n3,b\n"))
    assert data.X["x"].to_list() == [1, 3]
    assert any("1 row without a target" in note for note in data.notes)


def test_dates_and_booleans_are_typed(tmp_path):
    data = read(write(tmp_path, "d,b,y\n2024-01-31,true,1\n2024-02-01,False,2\n"))
    assert data.X.dtypes == [pl.Date, pl.Boolean]


def test_parquet_and_ndjson_are_read(tmp_path):
    frame = pl.DataFrame({"x": [1, 2], "y": ["a", "b"]})
    frame.write_parquet(tmp_path / "t.parquet")
    frame.write_ndjson(tmp_path / "t.ndjson")
    for suffix in ("parquet", "ndjson"):
        assert read(tmp_path / f"t.{suffix}").y.tolist() == ["a", "b"]
        (tmp_path / f"bad.{suffix}").write_bytes(b"\0 nonsense")
        refused(tmp_path / f"bad.{suffix}")


def test_arrays_are_read_with_their_test_part(tmp_path):
    np.savez(tmp_path / "a.npz", x_train=np.ones((3, 2)), y_train=[0, 1, 0], x_test=np.ones((1, 2)), y_test=[1])  # fmt: skip
    data = read(tmp_path / "a.npz")
    assert (data.X.shape, data.test.y.tolist()) == ((3, 2), [1])
    np.savez(tmp_path / "b.npz", first=np.ones(3))
    assert "first (3,)" in refused(tmp_path / "b.npz")
    np.savez(tmp_path / "c.npz", X=np.ones((3, 2)), y=[1, 2])
    assert "3 examples but 2 labels" in refused(tmp_path / "c.npz")
    (tmp_path / "d.h5").write_bytes(b"no")
    refused(tmp_path / "d.h5")


def test_an_array_of_objects_is_never_unpickled(tmp_path):
    np.savez(tmp_path / "o.npz", X=np.array([{}, {}], dtype=object), y=[0, 1])
    refused(tmp_path / "o.npz")


def pictures(folder):
    from PIL import Image

    for name, shade in (("dark", 10), ("light", 240)):
        (folder / name).mkdir(parents=True)
        for i in range(3):
            Image.new("RGB", (9, 7), (shade, shade, i)).save(folder / name / f"{i}.png")
        (folder / name / ".hidden").touch()
        (folder / name / "notes.txt").touch()
    return folder


def test_a_folder_of_pictures_is_resized_with_its_classes(tmp_path):
    data = read(pictures(tmp_path / "p"), Reading(image_size=(4, 5)))
    assert (data.X.shape, data.X.dtype) == ((6, 4, 5, 3), np.uint8)
    assert data.y.tolist() == ["dark"] * 3 + ["light"] * 3
    assert data.X[0, 0, 0, 0] == 10
    grey = read(tmp_path / "p", Reading(grey=True))
    assert grey.X.shape == (6, 64, 64)


def test_a_corrupt_picture_is_named(tmp_path):
    folder = pictures(tmp_path / "p")
    (folder / "dark" / "bad.png").write_bytes(b"not a picture")
    with pytest.raises(DataError, match=r"bad\.png"):
        read(folder)


def test_an_unknown_name_lists_the_built_in_sets():
    with pytest.raises(DataError, match="Did you mean 'digits'"):
        read("digit")


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("digits", (1797, 64)), ("breast_cancer", (569, 30)), ("wine", (178, 13)),
        ("iris", (150, 4)), ("diabetes", (442, 10)), ("moons", (1000, 2)), ("circles", (1000, 2)),
        ("flower", (400, 2)), ("spirals", (1000, 2)), ("parity-5", (32, 5)), ("sinc", (1000, 1)),
    ],
)  # fmt: skip
def test_a_built_in_set_is_the_same_every_time(name, shape):
    first, second = read(name), read(name)
    assert first.X.shape == shape
    assert len(first.y) == shape[0]
    assert np.array_equal(np.asarray(first.X), np.asarray(second.X))


def test_parity_is_the_sum_modulo_two():
    data = read("parity-4")
    assert (np.asarray(data.X).sum(axis=1) % 2 == data.y).all()


@pytest.mark.parametrize(
    ("y", "task"),
    [
        (np.array(["a", "b", "a"], object), "binary"),
        (np.array([True, False]), "binary"),
        (np.array([1, 2, 1]), "binary"),
        (np.repeat(np.arange(10), 20), "multiclass"),
        (np.array([1.5, 2.5, 3.0]), "regression"),
        (np.arange(200) % 28, "regression"),
    ],
)
def test_the_task_follows_from_the_target(y, task):
    assert infer_task(y)[0] == task


def test_one_class_and_free_text_are_refused_as_targets():
    with pytest.raises(DataError, match="only one class"):
        infer_task(np.array([1, 1]))
    with pytest.raises(DataError, match="free text or an identifier"):
        infer_task(np.array([f"t{i}" for i in range(30)], object))


@needs_real
def test_the_real_messy_files_are_read():
    train, test = (read(REAL / "adult" / f"adult-{part}.csv") for part in ("train", "test"))
    assert (train.X.shape, test.X.shape) == ((32561, 14), (16281, 14))
    assert set(train.y) == set(test.y) == {"<=50K", ">50K"}
    assert train.X["column_2"].null_count() == 1836
    assert infer_task(read(REAL / "horse-colic.csv").y)[0] == "binary"
    assert infer_task(read(REAL / "abalone.csv").y)[0] == "regression"
    cats = read(REAL / "catvnoncat")
    assert (cats.X.shape, cats.test.X.shape) == ((209, 64, 64, 3), (50, 64, 64, 3))
    assert read(REAL / "mnist").test.X.shape == (10000, 28, 28)
    assert read(REAL / "football.mat").X.shape == (211, 2)
