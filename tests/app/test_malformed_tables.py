"""Every malformed table by every command: a right read, or one line with its place and its code."""

import gzip
import io
import json
import os
import re
import struct
import sys
import zipfile
import zlib

import h5py
import numpy as np
import polars as pl
import pytest
from PIL import Image
from scipy.io import savemat

from layerwise import load
from layerwise.app.main import DATA, DONE, main
from layerwise.data.reading import read

QUICK = ("--epochs", "1", "--hidden-units", "none")
COMMANDS = ("train", "evaluate", "predict")
ROWS, BAD = 40, 22  # BAD is the line that the tables below damage; line 1 is the header
FRAME = pl.DataFrame(
    {
        "x": [i + 0.25 * (i % 4) for i in range(ROWS)],
        "c": ["red" if i % 3 else "blue" for i in range(ROWS)],
        "label": ["yes" if i % 2 else "no" for i in range(ROWS)],
    }
)
CSV, JSON = FRAME.write_csv(), FRAME.write_ndjson()
BOM = "\ufeff"


def changed(text, line):
    """Return a text with this line in the place of line BAD."""
    lines = text.splitlines()
    return "\n".join([*lines[: BAD - 1], line, *lines[BAD:], ""])


def row(line):
    return changed(CSV, line)


def item(line):
    return changed(JSON, line)


def with_cell(column, value, at=BAD - 2):
    """Return the frame with another value in the row that line BAD of a CSV holds."""
    cells = FRAME[column].to_list()
    cells[at] = value
    return FRAME.with_columns(pl.Series(column, cells))


def without_row():
    return pl.concat([FRAME.head(BAD - 2), FRAME.tail(ROWS - BAD + 1)])


def zst(data):
    pa = pytest.importorskip("pyarrow")
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data if isinstance(data, bytes) else data.encode())
    return sink.getvalue().to_pybytes()


def saved(write, *values, **named):
    stream = io.BytesIO()
    write(stream, *values, **named)
    return stream.getvalue()


def parquet(**columns):
    return saved(FRAME.with_columns(**columns).write_parquet)


def flipped(data, place):
    return data[:place] + bytes([data[place] ^ 8]) + data[place + 1 :]


# --- tables that no command reads: file name, content, what the line says ---

GZ, PARQUET = gzip.compress(CSV.encode(), mtime=0), parquet()
LINE = rf"line {BAD}"
CELL = rf"{LINE}, column 'x': "
WIDTH = r"fields, expected 3 as in the first row \(the separator is ','\)"
DAMAGED = r"cannot be read \(.+\); write or copy the file again"
OBJECT = "expected one JSON object per line"

TEXT = {
    "empty": ("t.csv", "", "the file is empty; expected a table"),
    "blank lines only": ("t.csv", "\n\n  \n", "the file is empty"),
    "header only": ("t.csv", "x,c,label\n", "only a header, no rows"),
    "header without its end": ("t.csv", "x,c,label", "only a header, no rows"),
    "long row": ("t.csv", row("1,red,yes,9"), f"{LINE}: 4 {WIDTH}"),
    "short row": ("t.csv", row("1,red"), f"{LINE}: 2 {WIDTH}"),
    "a comma too many": ("t.csv", row("1,red,yes,"), f"{LINE}: 4 {WIDTH}"),
    "a title above": ("t.csv", "My table\n" + CSV, "line 2: 3 fields, expected 1"),
    "latin-1 byte": ("t.csv", row("1,r\xe9d,yes").encode("latin-1"), f"{LINE}: byte 0xe9 is not UTF-8"),
    "UTF-16 without its mark": ("t.csv", CSV.encode("utf-16-le"), "line 1: a NUL character"),
    "half a UTF-16 letter": ("t.csv", CSV.encode("utf-16")[:-1], "line 41: byte .* not UTF-16"),
    "UTF-32": ("t.csv", CSV.encode("utf-32"), "line 1: a NUL character"),
    "BOM in the middle": ("t.csv", row(BOM + "1,red,yes"), CELL + r"'\\ufeff1' is in a column of"),
    "duplicate column": ("t.csv", CSV.replace("x,c", "x,x", 1), "line 1: columns 1 and 2 are both named 'x'"),
    "duplicate but for spaces": ("t.csv", CSV.replace("x,c", "x, x ", 1), "line 1: columns 1 and 2"),
    "NUL": ("t.csv", row("1,r\0d,yes"), f"{LINE}: a NUL character"),
    "NUL in the header": ("t.csv", CSV.replace("x", "x\0", 1), "line 1: a NUL character"),
    "control character": ("t.csv", row("1,r\x1fd,yes"), rf"{LINE}, column 'c': 'r\\x1fd' is not plain"),
    "escape sequence": ("t.csv", row("1,\x1b[31mred,yes"), rf"{LINE}, column 'c': '\\x1b\[31mred'"),
    "escape sequence in the header": ("t.csv", CSV.replace("c", "\x1bc", 1), "name of column 2 holds a control"),
    "unclosed quote": ("t.csv", row('1,"red,yes'), f"{LINE}: a quote is opened and never closed"),
    "unclosed quote at the end": ("t.csv", CSV + '1,red,"yes\n', "line 42: a quote is opened"),
    "text behind a quote": ("t.csv", row('1,"red"x,yes'), f"{LINE}: text stands behind a closing"),
    "mixed types": ("t.csv", row("abc,red,yes"), CELL + "'abc' is in a column of numbers"),
    "a hexadecimal number": ("t.csv", row("0x1F,red,yes"), CELL + "'0x1F' is in a column of"),
    "a number with a unit": ("t.csv", row("5 kg,red,yes"), CELL + "'5 kg' is in a column of"),
    "underscores in a number": ("t.csv", row("1_000,red,yes"), CELL + "'1_000' is in a column of"),
    "digits of another script": ("t.csv", row("\u0663,red,yes"), CELL + ".* in a column of numbers"),
    "inf": ("t.csv", row("inf,red,yes"), CELL + "'inf' is not a finite number"),
    "-Infinity": ("t.csv", row("-Infinity,red,yes"), CELL + "'-Infinity' is not a finite"),
    "1e400": ("t.csv", row("1e400,red,yes"), CELL + "'1e400' is not a finite number"),
    "a number of 400 digits": ("t.csv", row("9" * 400 + ",red,yes"), CELL + "'9{40}' is not a finite"),
    "a number of 1e6 digits": ("t.csv", row("9" * 10**6 + ",red,yes"), CELL + "'9{40}' is not a finite"),
    "empty column name": ("t.csv", CSV.replace("x,c", "x,", 1), "line 1: column 2 has no name"),
    "empty first column name": ("t.csv", CSV.replace("x,c", ",c", 1), "line 1: column 1 has no name"),
    "empty last column name": ("t.csv", CSV.replace("c,label", "c,", 1), "line 1: column 3 has no name"),
    "a comma after every row": ("t.csv", CSV.replace("\n", ",\n"), "line 1: column 4 has no name"),
    "thousands or decimals": ("t.csv", row('"1,234",red,yes'), CELL + "'1,234' is either thousands"),
    "10 000 columns, one short": ("t.csv", "a" + ",b" * 9999 + "\n1" + ",1" * 9998, "line 2: 9999 fields, expected 10000"),
    "Unicode's own line ends": ("t.csv", CSV.replace("\n", "\u2028"), "line 1: columns"),
    "bytes of every value": ("t.csv", bytes(range(1, 256)), "line 3: byte 0x80 is not UTF-8"),
    "a picture": ("t.csv", b"\x89PNG\r\n\x1a\n", "line 1: byte 0x89 is not UTF-8"),
    "a Parquet file": ("t.csv", PARQUET, "line 1: "),
    "a gzip file": ("t.csv", GZ, "line 1: "),
    "an NDJSON file": ("t.csv", JSON, "line 1: "),
    "a web page": ("t.csv", "<html><body>Not found</body></html>\n", "only a header, no rows"),
    "no ending": ("table", CSV, "a file without a suffix"),
    "a spreadsheet": ("t.xlsx", b"PK\3\4", "cannot read .xlsx; expected a table"),
}  # fmt: skip

PACKED = {
    "gz cut off": ("t.csv.gz", GZ[:-9], DAMAGED),
    "gz cut in the middle": ("t.csv.gz", GZ[: len(GZ) // 2], DAMAGED),
    "gz with a flipped bit": ("t.csv.gz", flipped(GZ, 60), DAMAGED),
    "gz with a wrong sum": ("t.csv.gz", flipped(GZ, len(GZ) - 6), DAMAGED),
    "gz with more behind": ("t.csv.gz", GZ + b"more", DAMAGED),
    "gz that is none": ("t.csv.gz", CSV, DAMAGED),
    "gz of nothing": ("t.csv.gz", gzip.compress(b""), "the file is empty"),
    "gz empty": ("t.csv.gz", b"", "the file is empty"),
    "gz of a bad row": ("t.csv.gz", gzip.compress(row("1,red").encode()), f"{LINE}: 2 {WIDTH}"),
    "gz of a bad byte": ("t.csv.gz", gzip.compress(row("1,r\xe9d,yes").encode("latin-1")), f"{LINE}: byte 0xe9"),
    "gz twice": ("t.csv.gz", gzip.compress(GZ), "line 1: byte 0x8b"),
    "NDJSON, gz cut off": ("t.ndjson.gz", gzip.compress(JSON.encode())[:-9], DAMAGED),
    "zst cut off": ("t.csv.zst", lambda: zst(CSV)[:-9], DAMAGED),
    "zst cut in the middle": ("t.csv.zst", lambda: zst(CSV)[:99], DAMAGED),
    "zst with a flipped bit": ("t.csv.zst", lambda: flipped(zst(CSV), 60), DAMAGED),
    "zst with more behind": ("t.csv.zst", lambda: zst(CSV) + b"more", DAMAGED),
    "zst of nothing": ("t.csv.zst", lambda: zst(""), DAMAGED),
    "zst of a bad row": ("t.csv.zst", lambda: zst(row("1,red")), f"{LINE}: 2 {WIDTH}"),
    "zst of a bad byte": ("t.csv.zst", lambda: zst(row("1,r\xe9d,yes").encode("latin-1")), DAMAGED),
    "NDJSON, zst cut off": ("t.ndjson.zst", lambda: zst(JSON)[:-9], DAMAGED),
}  # fmt: skip

NDJSON = {
    "empty": ("", "the file is empty"),
    "blank": ("\n\n", "the file is empty"),
    "empty objects only": ("{}\n{}\n", "the file is empty"),
    "cut off": (JSON[:-8], f"line {ROWS}: .*{OBJECT}"),
    "an object that is not closed": (item('{"x":1,"c":"red"'), f"{LINE}: .*{OBJECT}"),
    "an array": (item("[1, 2]"), f"{LINE}: not an object; {OBJECT}"),
    "a number": (item("5"), f"{LINE}: not an object"),
    "null": (item("null"), f"{LINE}: not an object"),
    "NaN": (item('{"x":NaN,"c":"red","label":"yes"}'), f"{LINE}: NaN is not a JSON number"),
    "Infinity": (item('{"x":-Infinity,"c":"red","label":"yes"}'), f"{LINE}: -Infinity is not"),
    "1e400": (item('{"x":1e400,"c":"red","label":"yes"}'), CELL + "'inf' is not a finite number"),
    "10^400": (item('{"x":1%s,"c":"red","label":"yes"}' % ("0" * 400)), CELL + ".*not a finite"),
    "10^5000": (item('{"x":1%s,"c":"red","label":"yes"}' % ("0" * 5000)), f"{LINE}: "),
    "an object in an object": (item('{"x":{"a":1},"c":"red","label":"yes"}'), CELL + ".*is nested"),
    "a list in an object": (item('{"x":[1],"c":"red","label":"yes"}'), CELL + r"'\[1\]' is nested"),
    "a key twice": (item('{"x":1,"x":2,"c":"red","label":"yes"}'), f"{LINE}: the key 'x' stands twice"),
    "an empty key": (JSON.replace('"c"', '""'), "line 1: a key is empty"),
    "two objects on a line": (item('{"x":1} {"x":2}'), f"{LINE}: Extra data"),
    "commas between objects": (JSON.replace("\n", ",\n"), "line 1: Extra data"),
    "single quotes": (item("{'x': 1}"), f"{LINE}: Expecting property name"),
    "mixed types": (item('{"x":"abc","c":"red","label":"yes"}'), CELL + "'abc' is in a column of"),
    "a flag among numbers": (item('{"x":true,"c":"red","label":"yes"}'), CELL + "'true' is of another kind"),
    "latin-1": (item('{"x":1,"c":"r\xe9d","label":"yes"}').encode("latin-1"), f"{LINE}: byte 0xe9"),
    "NUL": (item('{"x":1,"c":"r\0d","label":"yes"}'), f"{LINE}: a NUL character"),
    "an escaped NUL": (item(r'{"x":1,"c":"r\u0000d","label":"yes"}'), rf"{LINE}, column 'c': 'r\\x00d'"),
    "half a surrogate pair": (item(r'{"x":1,"c":"r\ud800d","label":"yes"}'), f"{LINE}: .*surrogate"),
    "a line break in a string": (item('{"x":1,"c":"r\nd"}'), f"{LINE}: "),
    "nested 100 000 deep": (item('{"x":' + "[" * 100_000), f"{LINE}: nested too deeply"),
    "one array of all": (json.dumps(FRAME.to_dicts()), "line 1: not an object"),
    "an indented array": (json.dumps(FRAME.to_dicts(), indent=1), "line 1: "),
}  # fmt: skip

PARQUETS = {
    "empty": (b"", DAMAGED),
    "the mark alone": (b"PAR1", DAMAGED),
    "two marks": (b"PAR1PAR1", DAMAGED),
    "cut off": (PARQUET[:-9], DAMAGED),
    "cut in the middle": (PARQUET[: len(PARQUET) // 2], DAMAGED),
    "a wrong mark": (PARQUET[:-4] + b"XXXX", DAMAGED),
    "a footer beyond the file": (PARQUET[:-8] + b"\xff\xff\xff\x7fPAR1", DAMAGED),
    "a footer of zeros": (PARQUET[:-300] + bytes(292) + PARQUET[-8:], DAMAGED),
    "a CSV file": (CSV.encode(), DAMAGED),
    "no rows": (saved(FRAME.head(0).write_parquet), "the table is empty"),
    "no columns": (saved(pl.DataFrame().write_parquet), "the table is empty"),
    "lists": (parquet(c=pl.Series([[1]] * ROWS)), r"column 'c': holds List\(Int64\)"),
    "structures": (parquet(c=pl.Series([{"a": 1}] * ROWS)), "column 'c': holds Struct"),
    "bytes": (parquet(c=pl.lit(b"a")), "column 'c': holds Binary"),
    "infinity": (saved(with_cell("x", np.inf).write_parquet), "column 'x', row 21: inf is not a"),
    "a control character": (saved(with_cell("c", "\x1bc").write_parquet), r"column 'c', row 21: '\\x1bc'"),
    "a column without a name": (saved(FRAME.rename({"c": ""}).write_parquet), "column 2 has no name"),
}  # fmt: skip

REFUSED = {
    **TEXT,
    **PACKED,
    **{f"NDJSON, {name}": ("t.ndjson", *case) for name, case in NDJSON.items()},
    **{f"Parquet, {name}": ("t.parquet", *case) for name, case in PARQUETS.items()},
}


@pytest.fixture(scope="session")
def fitted(tmp_path_factory):
    """Return a folder with a model of the table above, of arrays and of pictures."""
    folder = tmp_path_factory.mktemp("fitted")
    FRAME.write_parquet(folder / "table.parquet")
    (folder / "arrays.npz").write_bytes(NPZ)
    shades(folder / "shades")
    for name, *flags in (
        ("table.parquet",), ("arrays.npz",), ("shades", "--image-size", "6x6", "--grey"),
    ):  # fmt: skip
        out = os.fspath(folder / f"{name.split('.')[0]}.layerwise")
        assert main(["train", os.fspath(folder / name), *QUICK, *flags, "--out", out]) == DONE
    return folder


@pytest.fixture
def given(tmp_path):
    """Return a function that writes a file into a folder of its own and gives its path."""

    def write(name, content):
        path = tmp_path / "in" / name
        path.parent.mkdir(exist_ok=True)
        content = content() if callable(content) else content
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def tried(command, tmp_path, fitted):
    """Return a function that gives data to one of the commands, with an empty folder to write to."""
    (tmp_path / "out").mkdir()

    def run(name, data, model="table"):
        model = fitted / f"{model}.layerwise"
        arguments = {
            "train": ("train", data, *QUICK, "--json", "--out", "out/m.layerwise"),
            "evaluate": ("evaluate", model, data, "--json"),
            "predict": ("predict", model, data, "--out", "out/p.csv"),
        }
        return command(*arguments[name])

    return run


def assert_refused(done, path, words, folder):
    assert (done.code, done.out) == (DATA, ""), done
    assert done.err.startswith(f"layerwise: {path}")
    assert done.err.count("\n") == 1
    assert done.err[:-1].isprintable()
    assert re.search(words, done.err), done.err
    assert len(done.err) < len(str(path)) + 500
    assert os.listdir(folder / "out") == []
    assert set(os.listdir(folder)) <= {"in", "out"}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("case", REFUSED)
def test_a_malformed_table_is_refused_in_one_line(case, name, given, tried, tmp_path):
    file, content, words = REFUSED[case]
    path = given(file, content)
    assert_refused(tried(name, path), path, words, tmp_path)


# --- odd tables that are read: file name, content, the values that are in it ---

BIG = float(2**70)
READ = {
    "plain": ("t.csv", CSV, FRAME),
    "BOM": ("t.csv", BOM + CSV, FRAME),
    "UTF-16": ("t.csv", CSV.encode("utf-16"), FRAME),
    "UTF-16, big end first": ("t.csv", (BOM + CSV).encode("utf-16-be"), FRAME),
    "semicolons": ("t.csv", CSV.replace(",", ";"), FRAME),
    "tabs": ("t.csv", CSV.replace(",", "\t"), FRAME),
    "bars": ("t.csv", CSV.replace(",", "|"), FRAME),
    "commas in a .tsv": ("t.tsv", CSV, FRAME),
    "decimal commas": ("t.csv", CSV.replace(",", ";").replace(".", ","), FRAME),
    "CR only": ("t.csv", CSV.replace("\n", "\r"), FRAME),
    "CR LF": ("t.csv", CSV.replace("\n", "\r\n"), FRAME),
    "line ends of two kinds": ("t.csv", CSV.replace("\n", "\r\n", 20), FRAME),
    "no end of the last line": ("t.csv", CSV[:-1], FRAME),
    "blank lines": ("t.csv", row("") + "\n\n", without_row()),
    "spaces after commas": ("t.csv", CSV.replace(",", ", "), FRAME),
    "spaces around commas": ("t.csv", CSV.replace(",", " , "), FRAME),
    "quotes around all": ("t.csv", '"' + CSV[:-1].replace(",", '","').replace("\n", '"\n"') + '"', FRAME),
    "quotes in a cell": ("t.csv", row('20,"r""e,d",no'), with_cell("c", 'r"e,d')),
    "a line break in a cell": ("t.csv", row('20,"re\nd",no'), with_cell("c", "re\nd")),
    "?": ("t.csv", row("?,red,no"), with_cell("x", None)),
    "NA": ("t.csv", row("NA,red,no"), with_cell("x", None)),
    "nan": ("t.csv", row("nan,red,no"), with_cell("x", None)),
    "an empty cell": ("t.csv", row(",red,no"), with_cell("x", None)),
    "a missing category": ("t.csv", row("20,?,no"), with_cell("c", None)),
    "past 2^64": ("t.csv", row(f"{2**70},red,no"), with_cell("x", BIG)),
    "1e-400": ("t.csv", row("1e-400,red,no"), with_cell("x", 0.0)),
    "full stops behind labels": ("t.csv", CSV.replace("yes", "yes.").replace("no\n", "no.\n"), FRAME),
    "a label missing": ("t.csv", row("20,red,NA"), without_row()),
    "a cell of 1e6 letters": ("t.csv", row("20," + "r" * 10**6 + ",no"), with_cell("c", "r" * 10**6)),
    "gz": ("t.csv.gz", GZ, FRAME),
    "gz in two parts": ("t.csv.gz", gzip.compress(CSV[:99].encode()) + gzip.compress(CSV[99:].encode()), FRAME),
    "zst": ("t.csv.zst", lambda: zst(CSV), FRAME),
    "zst, CR only": ("t.csv.zst", lambda: zst(CSV.replace("\n", "\r")), FRAME),
    "NDJSON": ("t.ndjson", JSON, FRAME),
    "NDJSON with BOM": ("t.ndjson", BOM + JSON, FRAME),
    "NDJSON in UTF-16": ("t.ndjson", JSON.encode("utf-16"), FRAME),
    "NDJSON, CR only": ("t.ndjson", JSON.replace("\n", "\r"), FRAME),
    "NDJSON, gz": ("t.ndjson.gz", gzip.compress(JSON.encode()), FRAME),
    "NDJSON, keys turned": ("t.ndjson", FRAME.select("c", "x", "label").write_ndjson(), FRAME.select("c", "x", "label")),
    "NDJSON, a key missing": ("t.ndjson", item('{"c":"blue","label":"yes"}'), with_cell("x", None, BAD - 1)),
    "NDJSON, a number as a string": ("t.ndjson", item('{"x":"5","c":"blue","label":"yes"}'), with_cell("x", 5.0, BAD - 1)),
    "NDJSON, past 2^64": ("t.ndjson", item(f'{{"x":{2**70},"c":"blue","label":"yes"}}'), with_cell("x", BIG, BAD - 1)),
    "Parquet with NaN": ("t.parquet", saved(with_cell("x", np.nan).write_parquet), with_cell("x", None)),
    "Parquet with decimals": ("t.parquet", parquet(x=pl.col("x").cast(pl.Decimal(10, 2))), FRAME),
    "Parquet with categories": ("t.parquet", parquet(c=pl.col("c").cast(pl.Categorical)), FRAME),
}  # fmt: skip


@pytest.fixture(scope="session")
def plainly(fitted, tmp_path_factory):
    """Return a function that gives what a command makes of a frame written as plain Parquet."""
    folder, known = tmp_path_factory.mktemp("plain"), {}

    def made(name, frame):
        key = name, frame.hash_rows().sum(), tuple(frame.columns), frame.height
        if key not in known:
            path = folder / f"{len(known)}.parquet"
            frame.write_parquet(path)
            known[key] = _result(name, path, folder / f"{len(known)}.layerwise", fitted)
        return known[key]

    return made


def _result(name, path, out, fitted):
    model = load(fitted / "table.layerwise")
    data = read(path)
    if name == "train":
        assert main(["train", os.fspath(path), *QUICK, "--out", os.fspath(out)]) == DONE
        return load(out).weights_[0].tolist()
    X = data.X.select(model.feature_names_in_.tolist())
    return (
        float(np.mean(model.predict(X) == data.y)) if name == "evaluate" else model.predict_proba(X)
    )


@pytest.mark.parametrize("case", READ)
def test_an_odd_table_is_read_to_the_value(case, given):
    file, content, frame = READ[case]
    data = read(given(file, content))
    assert data.X.cast({"c": pl.String}).equals(frame.drop("label"))
    assert data.y.tolist() == frame["label"].to_list()


@pytest.mark.parametrize("case", READ)
def test_training_on_an_odd_table_gives_the_model_of_the_plain_one(
    case, given, tried, tmp_path, plainly
):
    file, content, frame = READ[case]
    done = tried("train", given(file, content))
    assert (done.code, done.err) == (DONE, "")
    assert sum(json.loads(done.out)["rows"].values()) == frame.height
    assert load(tmp_path / "out" / "m.layerwise").weights_[0].tolist() == plainly("train", frame)


@pytest.mark.parametrize("case", READ)
def test_evaluating_an_odd_table_gives_the_score_of_the_plain_one(case, given, tried, plainly):
    file, content, frame = READ[case]
    done = tried("evaluate", given(file, content))
    assert (done.code, done.err) == (DONE, "")
    card = json.loads(done.out)
    assert card["rows"]["test"] == frame.height
    assert card["score"] == plainly("evaluate", frame)


@pytest.mark.parametrize("case", READ)
def test_predicting_an_odd_table_gives_the_rows_of_the_plain_one(
    case, given, tried, tmp_path, plainly
):
    file, content, frame = READ[case]
    done = tried("predict", given(file, content))
    assert (done.code, done.err) == (DONE, "layerwise: left out 1 column(s): 'label'\n")
    table = pl.read_csv(tmp_path / "out" / "p.csv")
    frame = FRAME if case == "a label missing" else frame  # to predict a row needs no label
    assert table.height == frame.height
    assert (table.drop("prediction").to_numpy() == plainly("predict", frame)).all()


# --- tables that are right for one command and wrong for another ---

MISSING = FRAME.with_columns(label=pl.lit("?")).write_csv()
BARE = FRAME.drop("label").write_csv()
BY_COMMAND = {
    "the target is missing everywhere": (
        "t.csv", MISSING,
        {"train": "every value of the target 'label' is missing", "evaluate": "every value"},
    ),
    "the target's column is missing": ("t.csv", BARE, {"evaluate": "none is left as the target"}),
    "a column is missing": (
        "t.csv", FRAME.drop("x").write_csv(),
        {"evaluate": r"1 column\(s\) of the training are missing: 'x'", "predict": "missing: 'x'"},
    ),
    "a column by another name": (
        "t.csv", FRAME.rename({"x": "xx"}).write_csv(),
        {"evaluate": "the closest is 'xx'", "predict": "the closest is 'xx'"},
    ),
    "no header": (
        "t.csv", CSV.split("\n", 1)[1],
        {"evaluate": "missing: 'x', 'c'", "predict": "missing: 'x', 'c'"},
    ),
    "only one class": (
        "t.csv", FRAME.with_columns(label=pl.lit("yes")).write_csv(),
        {"train": "only one class in the target: always 'yes'"},
    ),
    "one row": ("t.csv", FRAME.head(1).write_csv(), {"train": "only one class"}),
    "two rows": ("t.csv", FRAME.head(2).write_csv(), {"train": "too few to train on"}),
    "an unknown label": (
        "t.csv", row("20,red,perhaps"), {"evaluate": "'perhaps'; known classes: 'no', 'yes'"},
    ),
    "words for numbers": (
        "t.csv", FRAME.with_columns(x=pl.lit("much")).write_csv(),
        {"evaluate": "column 'x'", "predict": "column 'x'"},
    ),
    "durations for categories": (
        "t.parquet", parquet(c=pl.duration(days=pl.int_range(ROWS))),
        {"evaluate": "column 'c' holds Duration", "predict": "column 'c' holds Duration"},
    ),
    "times of day": ("t.parquet", parquet(c=pl.time(1, 2, 3)), {"train": "column 'c' holds Time"}),
    "labels past 2^63": (
        "t.parquet",
        parquet(label=pl.Series([2**64 - 1] * 20 + [1] * 20, dtype=pl.UInt64)),
        {"train": "too large for the number of a class", "evaluate": "too large for the number"},
    ),
    "labels past 2^63 as text": (
        "t.csv", CSV.replace("yes", str(2**70)).replace("no", str(2**71)),
        {"train": "too large for the number of a class", "evaluate": "too large for the number"},
    ),
    "space as the separator": (
        "t.csv", CSV.replace(",", " "),
        {
            "train": "separated by a comma, a semicolon, a tab or a bar",
            "evaluate": "separated by a comma", "predict": "missing: 'x', 'c'",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("case", BY_COMMAND)
def test_a_table_is_refused_by_the_commands_that_cannot_use_it(case, name, given, tried, tmp_path):
    file, content, words = BY_COMMAND[case]
    path = given(file, content)
    done = tried(name, path)
    if name in words:
        assert_refused(done, path, words[name], tmp_path)
    else:
        assert done.code == DONE, done.err
        assert os.listdir(tmp_path / "out") or name == "evaluate"


def test_ten_thousand_columns_are_read_trained_on_and_predicted(command, given):
    lines = [",".join([*(f"c{i}" for i in range(9_999)), "label"])]
    for j in range(10):
        lines.append(",".join([*(str(i * j % 7) for i in range(9_999)), "yes" if j % 2 else "no"]))
    path = given("t.csv", "\n".join(lines))
    done = command("train", path, *QUICK, "--out", "m.layerwise", "--json")
    assert (done.code, done.err) == (DONE, "")
    assert sum(json.loads(done.out)["rows"].values()) == 10
    assert load("m.layerwise").n_features_in_ == 9_999
    assert command("predict", "m.layerwise", path).out.count("\n") == 11


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of a POSIX system")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_pipe_is_refused_and_not_waited_for(name, tried, tmp_path):
    (tmp_path / "in").mkdir()
    os.mkfifo(tmp_path / "in" / "t.csv")
    path = tmp_path / "in" / "t.csv"
    assert_refused(tried(name, path), path, "is a pipe or a device", tmp_path)


# --- arrays ---


def npz(**arrays):
    return saved(np.savez, **arrays)


def archive(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, content in files.items():
            file.writestr(f"{name}.npy", content)
    return stream.getvalue()


def hdf5(**arrays):
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        for name, values in arrays.items():
            file[name] = values
    return stream.getvalue()


def at(value):
    """Return X with another value in row 2, column 4."""
    other = X.astype(type(value))
    other[1, 3] = value
    return other


X, Y = np.arange(ROWS * 4.0).reshape(ROWS, 4), np.arange(ROWS) % 2
NPZ, HDF5, MAT = npz(X=X, y=Y), hdf5(X=X, y=Y), saved(savemat, {"X": X, "y": Y})
NPY, CUT = saved(np.save, X), r"is not a whole \.npz archive"
EXPECTED = r"expected arrays named X and y \(or x_train, ...\); found"

ARRAYS = {
    "npz empty": ("t.npz", b"", CUT),
    "npz cut off": ("t.npz", NPZ[:-30], CUT),
    "npz cut in the middle": ("t.npz", NPZ[: len(NPZ) // 2], CUT),
    "npz with a flipped bit": ("t.npz", flipped(NPZ, 300), DAMAGED),
    "npz that is text": ("t.npz", CSV, CUT),
    "npz that is npy": ("t.npz", NPY, CUT),
    "npz of nothing": ("t.npz", archive(), EXPECTED),
    "npz of junk": ("t.npz", archive(X=b"junk", y=b"junk"), "'X' is not an array"),
    "npz with a shape of a terabyte": (
        "t.npz",
        archive(X=NPY.replace(b"(40, 4), }        ", b"(40000000000, 4),}"), y=NPY), DAMAGED,
    ),
    "pickled X": ("t.npz", npz(X=np.array([{}, {}], object), y=Y), "Object arrays cannot be"),
    "pickled y": ("t.npz", npz(X=X, y=np.array(["a", "b"] * 20, object)), "Object arrays cannot"),
    "other names": ("t.npz", npz(a=X, b=Y), EXPECTED + r" a \(40, 4\), b \(40,\)"),
    "a name twice but for capitals": ("t.npz", npz(X=X, x=X, y=Y), "differ in capitals only"),
    "no X": ("t.npz", npz(y=Y), EXPECTED),
    "too few labels": ("t.npz", npz(X=X, y=Y[:9]), "40 examples but 9 labels"),
    "labels in two columns": ("t.npz", npz(X=X, y=np.eye(2)[Y]), "40 examples but 80 labels"),
    "one-hot labels": ("t.npz", npz(X=X, y=np.eye(2)[Y]), r"\(40, 2\): y has several columns"),
    "X transposed": ("t.npz", npz(X=X.T, y=Y[None]), "X is transposed, its 40 examples"),
    "one number": ("t.npz", npz(X=np.float64(1), y=np.float64(1)), r"X has the shape \(\)"),
    "no rows": ("t.npz", npz(X=X[:0], y=Y[:0]), r"X has the shape \(0, 4\)"),
    "no features": ("t.npz", npz(X=X[:, :0], y=Y), r"X has the shape \(40, 0\)"),
    "infinity": ("t.npz", npz(X=at(np.inf), y=Y), "X, row 2, column 4: inf is not a finite"),
    "NaN for a label": ("t.npz", npz(X=X, y=np.where(Y, np.nan, 0)), "y, row 2: nan is not"),
    "infinity for a label": ("t.npz", npz(X=X, y=np.where(Y, np.inf, 0)), "y, row 2: inf is not"),
    "labels past 2^63": (
        "t.npz", npz(X=X, y=np.where(Y, 2**64 - 1, 0).astype(np.uint64)),
        "y holds 18446744073709551615; expected whole numbers below",
    ),
    "words for numbers": ("t.npz", npz(X=np.full((ROWS, 4), "abc"), y=Y), "X does not hold numbers"),
    "complex numbers": ("t.npz", npz(X=X + 1j, y=Y), "X holds complex128"),
    "complex labels": ("t.npz", npz(X=X, y=Y + 1j), "y holds complex128"),
    "dates": ("t.npz", npz(X=X.astype("M8[s]"), y=Y), "X holds datetime64"),
    "dates for labels": ("t.npz", npz(X=X, y=Y.astype("M8[s]")), "y holds datetime64"),
    "records": ("t.npz", npz(X=np.zeros(ROWS, [("a", int)]), y=Y), "X holds .*; expected numbers"),
    "labels that are no UTF-8": ("t.npz", npz(X=X, y=np.where(Y, b"\xff", b"a")), DAMAGED),
    "a test of another width": (
        "t.npz", npz(x_train=X, y_train=Y, x_test=X[:, :2], y_test=Y), "expected the same features",
    ),
    "h5 empty": ("t.h5", b"", DAMAGED),
    "h5 cut in the middle": ("t.h5", HDF5[: len(HDF5) // 2], DAMAGED),
    "h5 of eight bytes": ("t.h5", HDF5[:8], DAMAGED),
    "h5 with zeros in it": ("t.h5", HDF5[:8] + bytes(60) + HDF5[68:], DAMAGED),
    "h5 that is text": ("t.h5", CSV, DAMAGED),
    "h5 of nothing": ("t.h5", hdf5(), EXPECTED),
    "h5 with a link to another file": (
        "t.h5", hdf5(X=h5py.ExternalLink("/etc/passwd", "/X"), y=Y), EXPECTED,
    ),
    "h5 with a link to nowhere": ("t.h5", hdf5(X=h5py.SoftLink("/none"), y=Y), EXPECTED),
    "h5 of words": ("t.h5", hdf5(X=["a"] * ROWS, y=Y), "X does not hold numbers"),
    "h5 of one number": ("t.h5", hdf5(X=1.0, y=1.0), "X has the shape"),
    "h5 with infinity": ("t.h5", hdf5(X=at(np.inf), y=Y), "X, row 2, column 4: inf"),
    "mat empty": ("t.mat", b"", DAMAGED),
    "mat cut off": ("t.mat", MAT[:-30], DAMAGED),
    "mat cut in the header": ("t.mat", MAT[:100], DAMAGED),
    "mat that is text": ("t.mat", CSV, DAMAGED),
    "mat of zeros": ("t.mat", bytes(500), DAMAGED),
    "mat with a structure": ("t.mat", saved(savemat, {"X": {"a": 1}, "y": Y}), "1 examples but 40"),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("case", ARRAYS)
def test_malformed_arrays_are_refused_in_one_line(case, name, given, tried, tmp_path):
    file, content, words = ARRAYS[case]
    path = given(file, content)
    assert_refused(tried(name, path, "arrays"), path, words, tmp_path)


READ_ARRAYS = {
    "h5": ("t.h5", HDF5, X),
    "mat": ("t.mat", MAT, X),
    "half precision": ("t.npz", npz(X=X.astype(np.float16), y=Y), X),
    "numbers as text": ("t.npz", npz(X=X.astype(str), y=Y), X),
    "labels as floats": ("t.npz", npz(X=X, y=Y.astype(float)), X),
    "labels as a column": ("t.npz", npz(X=X, y=Y[:, None]), X),
    "labels as bytes": ("t.h5", hdf5(X=X, y=Y.astype(str).astype(bytes)), X),
    "another byte order": ("t.npz", npz(X=X.astype(">f8"), y=Y.astype(">i4")), X),
    "columns first in memory": ("t.npz", npz(X=np.asfortranarray(X), y=Y), X),
    "NaN for missing": ("t.npz", npz(X=at(np.nan), y=Y), at(np.nan)),
}


@pytest.mark.parametrize("case", READ_ARRAYS)
def test_odd_arrays_are_read_to_the_value(case, given, tried, tmp_path, fitted):
    file, content, values = READ_ARRAYS[case]
    path = given(file, content)
    data = read(path)
    np.testing.assert_array_equal(data.X, values)
    assert [int(label) for label in data.y] == Y.tolist()
    assert tried("predict", path, "arrays").code == DONE
    table = pl.read_csv(tmp_path / "out" / "p.csv").drop("prediction")
    assert (table.to_numpy() == load(fitted / "arrays.layerwise").predict_proba(values)).all()
    done = tried("train", path)
    assert done.code == DONE, done.err
    assert sum(json.loads(done.out)["rows"].values()) == ROWS


# --- MNIST's idx files ---

PIXELS = np.random.default_rng(0).integers(0, 255, (ROWS, 6, 6)).astype(np.uint8)


def idx(values, shape=None):
    values, shape = np.asarray(values, np.uint8), shape or np.shape(values)
    return bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + values.tobytes()


IMAGES, LABELS = idx(PIXELS), idx(Y)
IDX = {
    "empty": (b"", LABELS, "is not an idx file"),
    "cut off": (IMAGES[:-5], LABELS, r"holds 1435 bytes, expected \(40, 6, 6\)"),
    "a byte too many": (IMAGES + b"x", LABELS, "holds 1441 bytes"),
    "a wrong mark": (b"\0\0\x0d" + IMAGES[3:], LABELS, "is not an idx file of unsigned bytes"),
    "text": (CSV.encode(), LABELS, "is not an idx file"),
    "a gz without its ending": (gzip.compress(IMAGES), LABELS, "is not an idx file"),
    "no labels": (IMAGES, None, "the labels a-labels-idx1-ubyte are not beside it"),
    "too few labels": (IMAGES, idx(Y[:9]), "40 examples but 9 labels"),
    "empty labels": (IMAGES, b"", "labels.* is not an idx file"),
    "labels cut off": (IMAGES, LABELS[:-1], "labels.* holds 39 bytes"),
    "pictures for labels": (IMAGES, IMAGES, r"holds no labels, but an array of shape \(40, 6, 6\)"),
    "labels for pictures": (LABELS, LABELS, r"holds no pictures, but an array of shape \(40,\)"),
    "2^32 pictures": (idx(PIXELS, (2**32 - 1, 6, 6)), LABELS, "holds 1440 bytes, expected"),
    "no pictures": (idx(PIXELS[:0]), idx(Y[:0]), "holds no pictures"),
    "255 axes": (IMAGES[:3] + b"\xff" + IMAGES[4:], LABELS, "is not an idx file"),
    "no axes": (b"\0\0\x08\0a", LABELS, "is not an idx file"),
}
IDX_GZ = {
    "cut off": gzip.compress(IMAGES)[:-9],
    "with a wrong sum": flipped(gzip.compress(IMAGES), len(gzip.compress(IMAGES)) - 6),
    "in plain": IMAGES,
    "damaged": gzip.compress(IMAGES)[:12] + b"zzzz" + gzip.compress(IMAGES)[16:],
}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("case", IDX)
def test_malformed_idx_files_are_refused_in_one_line(case, name, given, tried, tmp_path):
    images, labels, words = IDX[case]
    path = given("a-images-idx3-ubyte", images)
    if labels is not None:
        given("a-labels-idx1-ubyte", labels)
    assert_refused(tried(name, path, "shades"), path.parent, words, tmp_path)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("case", IDX_GZ)
def test_damaged_idx_gz_files_are_refused_in_one_line(case, name, given, tried, tmp_path):
    path = given("a-images-idx3-ubyte.gz", IDX_GZ[case])
    given("a-labels-idx1-ubyte.gz", gzip.compress(LABELS))
    assert_refused(tried(name, path, "shades"), path, DAMAGED, tmp_path)


# --- folders of pictures ---


def shades(folder, count=5):
    for name, shade in (("dark", 20), ("light", 200)):
        (folder / name).mkdir(parents=True)
        for i in range(count):
            image = Image.new("RGB", (12, 9), (shade + i, shade, shade))
            image.save(folder / name / f"{i}.png")
    return folder


def encoded(image, kind="PNG"):
    return saved(image.save, kind)


def bomb():
    """A picture of 66 bytes that says it has 3.6e9 pixels."""

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    size = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + size + chunk(b"IDAT", zlib.compress(bytes(9)))


PNG = encoded(Image.new("RGB", (60, 45), (20, 90, 20)))
NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 255, (90, 120, 3)).astype(np.uint8))
JPEG = encoded(NOISE, "JPEG")
PICTURES = {
    "empty": ("z.png", b""),
    "text": ("z.png", b"not a picture"),
    "the mark alone": ("z.png", PNG[:8]),
    "cut off": ("z.png", encoded(NOISE)[:-9000]),
    "JPEG cut in the middle": ("z.jpg", JPEG[: len(JPEG) // 2]),
    "a flipped bit": ("z.png", flipped(encoded(NOISE), 500)),
    "a wrong sum": ("z.png", flipped(PNG, 30)),
    "a bomb": ("z.png", bomb()),
    "PostScript": ("z.png", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n"),
    "a WebP of zeros": ("z.webp", b"RIFF\x24\0\0\0WEBPVP8 " + bytes(20)),
    "a broken TIFF": ("z.tif", b"II*\0\x08\0\0\0\xff\xff" + bytes(40)),
    "a broken BMP": ("z.bmp", b"BM" + b"\xff" * 60),
    "a broken GIF": ("z.gif", b"GIF89a" + b"\xff" * 40),
    "real numbers": ("z.tif", encoded(Image.new("F", (9, 9), 0.5), "TIFF")),
    "32 bits": ("z.tif", encoded(Image.new("I", (9, 9), 70_000), "TIFF")),
}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("case", PICTURES)
def test_a_damaged_picture_is_named_in_one_line(case, name, tried, tmp_path):
    file, content = PICTURES[case]
    path = shades(tmp_path / "in") / "dark" / file
    path.write_bytes(content)
    words = r"is not a picture that can be read \(.+\)"
    assert_refused(tried(name, "in", "shades"), "in/dark/" + file, words, tmp_path)


@pytest.mark.parametrize("case", ["text", "a bomb"])
def test_a_damaged_picture_alone_is_refused(case, given, tried, tmp_path):
    path = given(*PICTURES[case])
    assert_refused(tried("predict", path, "shades"), path, "is not a picture", tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of a POSIX system")
@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo, lambda path: os.symlink("nowhere", path)])
def test_what_is_no_picture_but_has_the_name_of_one_is_refused(make, name, tried, tmp_path):
    make(shades(tmp_path / "in") / "dark" / "z.png")
    assert_refused(tried(name, "in", "shades"), "in/dark/z.png", "is not a", tmp_path)


ODD_PICTURES = {
    "one pixel": ("z.png", Image.new("RGB", (1, 1), (9, 9, 9)), 9),
    "transparent": ("z.png", Image.new("RGBA", (12, 9), (0, 0, 0, 0)), 255),
    "a palette": ("z.gif", Image.new("P", (12, 9)), 0),
    "inks": ("z.tif", Image.new("CMYK", (12, 9)), 255),
    "16 bits": ("z.png", Image.fromarray(np.full((9, 12), 100 * 257, np.uint16)), 100),
    "one bit": ("z.png", Image.new("1", (12, 9), 1), 255),
}


@pytest.mark.parametrize("case", ODD_PICTURES)
def test_an_odd_picture_is_read_to_the_value(case, tried, tmp_path, fitted):
    file, image, shade = ODD_PICTURES[case]
    image.save(shades(tmp_path / "in", 1) / "dark" / file)
    assert tried("predict", "in", "shades").code == DONE
    table = pl.read_csv(tmp_path / "out" / "p.csv").drop("prediction")
    alike = np.array([[20] * 36, [shade] * 36, [200] * 36], np.uint8).reshape(3, 6, 6)
    found = table.to_numpy()[1]
    assert (found == load(fitted / "shades.layerwise").predict_proba(alike)[1]).all()


def test_a_picture_with_the_ending_of_another_kind_is_read(given, tried):
    assert tried("predict", given("z.jpg", PNG), "shades").code == DONE


@pytest.mark.parametrize("name", ["train", "evaluate"])
@pytest.mark.parametrize("classes", [(), ("dark",)])
def test_a_folder_of_fewer_than_two_classes_is_refused(classes, name, tried, tmp_path):
    (tmp_path / "in").mkdir()
    for kind in classes:
        (tmp_path / "in" / kind).mkdir()
        (tmp_path / "in" / kind / "a.png").write_bytes(PNG)
    words = "no pictures; expected one" if not classes else "in at least two sub-folders"
    assert_refused(tried(name, "in", "shades"), "in", words, tmp_path)


def test_an_empty_folder_cannot_be_predicted(tried, tmp_path):
    (tmp_path / "in").mkdir()
    assert_refused(tried("predict", "in", "shades"), "in", "no pictures", tmp_path)


def test_an_empty_class_and_other_files_are_left_out_aloud(command, tmp_path):
    shades(tmp_path / "in")
    (tmp_path / "in" / "third").mkdir()
    (tmp_path / "in" / "dark" / "notes.txt").touch()
    done = command("train", "in", *QUICK, "--image-size", "6x6", "--grey")
    assert done.code == DONE
    said = " ".join(done.out.split())
    assert "1 other files were skipped" in said
    assert "no pictures in 'third': left out" in said
    assert "2 classes in 'class' (dark, light)" in said
