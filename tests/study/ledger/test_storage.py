import multiprocessing
import os
import pickle
import sqlite3
import time

import pytest

from layerwise.errors import SettingError
from layerwise.study.ledger.refusing import shown
from layerwise.study.ledger.storage import open_storage, url_of

optuna = pytest.importorskip("optuna")


def made_at_once(place, gate, answers):
    gate.wait()
    try:
        storage = open_storage(place)
        answers.put(("", storage.get_current_version()))
        storage.engine.dispose()
    except BaseException as error:
        answers.put((repr(error), ""))


def all_at_once(place, count=4):
    context = multiprocessing.get_context("spawn")
    gate, answers = context.Barrier(count), context.Queue()
    workers = [
        context.Process(target=made_at_once, args=(place, gate, answers)) for _ in range(count)
    ]
    for worker in workers:
        worker.start()
    found = [answers.get(timeout=100) for _ in workers]
    for worker in workers:
        worker.join()
    return found


def test_many_processes_make_one_file_at_the_same_moment(tmp_path):
    assert {error for error, _ in all_at_once(tmp_path / "runs.db")} == {""}


def test_many_processes_make_the_tables_of_one_server_at_the_same_moment(postgresql):
    found = all_at_once(postgresql)
    assert {error for error, _ in found} == {""}
    assert len({version for _, version in found}) == 1


def test_a_file_is_written_ahead_and_every_commit_reaches_the_disk(tmp_path):
    storage = open_storage(tmp_path / "runs.db")
    with storage.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_a_transaction_that_reads_first_may_write_after_another_has(tmp_path):
    one, two = (open_storage(tmp_path / "runs.db") for _ in range(2))
    study = one.create_new_study([optuna.study.StudyDirection.MAXIMIZE], "a")
    with one.engine.connect() as reading:
        reading.exec_driver_sql("SELECT * FROM studies").fetchall()
        two.set_study_user_attr(study, "in between", 1)
        reading.exec_driver_sql("UPDATE studies SET study_name = 'b'")
        reading.commit()
    assert two.get_study_name_from_id(study) == "b"


def test_a_path_may_hold_signs_that_an_address_reserves(tmp_path):
    place = tmp_path / "a {b} c? d%20.db"
    open_storage(place).create_new_study([optuna.study.StudyDirection.MAXIMIZE], "a")
    assert place.exists()
    again = pickle.loads(pickle.dumps(open_storage(place)))
    assert [study.study_name for study in again.get_all_studies()] == ["a"]


def test_what_is_no_database_is_refused_and_left_as_it_is(tmp_path):
    place = tmp_path / "notes.txt"
    place.write_text("these are my notes, and they are longer than a header " * 20)
    before = place.read_bytes()
    with pytest.raises(SettingError, match=r"notes\.txt is no database of runs"):
        open_storage(place)
    assert place.read_bytes() == before


def test_a_database_of_something_else_is_refused_and_left_as_it_is(tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("CREATE TABLE goods (name TEXT)")
    shop.close()
    with pytest.raises(SettingError, match="a database of something else"):
        open_storage(tmp_path / "shop.db")
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        assert shop.execute("SELECT name FROM sqlite_master").fetchall() == [("goods",)]
    shop.close()


def test_tables_of_another_optuna_are_named(tmp_path):
    place = tmp_path / "runs.db"
    open_storage(place).engine.dispose()
    with sqlite3.connect(place) as other:
        other.execute("UPDATE version_info SET library_version = '9.0.0'")
        other.execute("UPDATE alembic_version SET version_num = 'v9.0.0.a'")
    other.close()
    with pytest.raises(SettingError, match="another version of Optuna"):
        open_storage(place)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such folder"):
        open_storage(tmp_path / "nowhere" / "runs.db")


@pytest.fixture
def as_nobody(tmp_path):
    """Take root's power over folders away for the test."""
    if os.geteuid() != 0:
        tmp_path.chmod(0o555)
        yield
        tmp_path.chmod(0o755)
        return
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    os.seteuid(65534)
    yield
    os.seteuid(0)


def test_a_folder_that_may_not_be_written_to_is_one_line(tmp_path, as_nobody):
    with pytest.raises(PermissionError, match="may not be written to"):
        open_storage(tmp_path / "runs.db")


def test_a_server_that_is_down_is_one_line():
    with pytest.raises(ConnectionError, match="does not answer"):
        open_storage("postgresql://anna:secret@127.0.0.1:1/runs")


def test_a_database_that_the_server_does_not_have_is_named(postgresql):
    place = postgresql.rpartition("/")[0] + "/nothing"
    with pytest.raises(SettingError, match="does not exist"):
        open_storage(place)


def test_no_password_is_shown():
    assert shown(url_of("postgresql://anna:se:c@ret@db/runs")) == "postgresql://anna@db/runs"


def test_another_kind_of_address_is_refused():
    with pytest.raises(SettingError, match="mysql is not known"):
        open_storage("mysql://anna@db/runs")


def test_a_file_that_is_there_opens_at_once_and_nothing_is_said(tmp_path, capfd):
    place = tmp_path / "runs.db"
    open_storage(place).create_new_study([optuna.study.StudyDirection.MAXIMIZE], "a")
    began = time.perf_counter()
    open_storage(place)
    assert time.perf_counter() - began < 2
    assert capfd.readouterr() == ("", "")
