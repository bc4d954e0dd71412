"""Whatever happens during a write, the old file or the new one is there, and nothing else."""

import errno
import os
import stat
import subprocess
import sys
import textwrap

import pytest

from layerwise.data.atomic import write_atomically


@pytest.fixture
def place(tmp_path):
    path = tmp_path / "model"
    path.write_bytes(b"old")
    return path


def test_a_new_file_holds_the_data(tmp_path):
    write_atomically(tmp_path / "new", b"data")
    assert (tmp_path / "new").read_bytes() == b"data"
    assert os.listdir(tmp_path) == ["new"]


def test_an_old_file_is_replaced_and_keeps_its_rights(place):
    place.chmod(0o640)
    write_atomically(str(place), bytearray(b"new"))
    assert place.read_bytes() == b"new"
    assert stat.S_IMODE(place.stat().st_mode) == 0o640


def test_a_new_file_has_the_rights_of_any_new_file(tmp_path):
    (tmp_path / "plain").write_bytes(b"")
    write_atomically(tmp_path / "new", b"")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_stays_a_link_and_its_target_is_replaced(place, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(place)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert place.read_bytes() == b"new"


def test_a_name_as_long_as_the_system_allows_can_be_written(tmp_path):
    write_atomically(tmp_path / ("x" * 255), b"data")
    assert (tmp_path / ("x" * 255)).read_bytes() == b"data"


@pytest.mark.parametrize("call", ["write", "fsync", "replace", "open", "chmod"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_failing_call_leaves_the_old_file_and_nothing_else(place, monkeypatch, call, code):
    def fail(*_, **__):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match="model") as caught:
        write_atomically(place, b"new")
    monkeypatch.undo()
    assert caught.value.errno == code
    assert place.read_bytes() == b"old"
    assert os.listdir(place.parent) == ["model"]


@pytest.mark.parametrize("good", [0, 1, 2])
def test_a_disk_that_fills_after_some_short_writes_leaves_the_old_file(place, monkeypatch, good):
    write, left = os.write, [good]

    def short(number, data):
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        left[0] -= 1
        return write(number, data[:3])

    monkeypatch.setattr(os, "write", short)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(place, b"a longer text")
    assert place.read_bytes() == b"old"
    assert os.listdir(place.parent) == ["model"]


def test_short_writes_are_continued(place, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda number, data: write(number, data[:3]))
    write_atomically(place, b"a longer text")
    assert place.read_bytes() == b"a longer text"


def test_the_file_is_synced_then_renamed_then_the_folder_is_synced(place, monkeypatch):
    calls, fsync, replace = [], os.fsync, os.replace

    def seen_fsync(number):
        calls.append("folder" if stat.S_ISDIR(os.fstat(number).st_mode) else "file")
        fsync(number)

    def seen_replace(*names):
        calls.append("rename")
        replace(*names)

    monkeypatch.setattr(os, "fsync", seen_fsync)
    monkeypatch.setattr(os, "replace", seen_replace)
    write_atomically(place, b"new")
    assert calls == ["file", "rename", "folder"]


def test_a_keyboard_interrupt_leaves_the_old_file_and_nothing_else(place, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(place, b"new")
    assert place.read_bytes() == b"old"
    assert os.listdir(place.parent) == ["model"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("no/such/folder", FileNotFoundError),
        (".", IsADirectoryError),
        ("model/x", NotADirectoryError),
    ],
)
def test_an_impossible_place_is_an_os_error_that_names_it(place, name, kind):
    path = place.parent / name
    with pytest.raises(kind) as caught:
        write_atomically(path, b"new")
    assert caught.value.filename == str(path)


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="no devices here")
def test_a_device_is_refused_and_stays_a_device():
    with pytest.raises(OSError, match="not a regular file"):
        write_atomically("/dev/null", b"new")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_what_a_killed_writer_left_is_removed_unless_somebody_else_is_writing(place):
    left = place.parent / ".layerwise-0123.tmp"
    left.write_bytes(b"half")
    script = """
        import os, sys
        from layerwise.data import atomic
        def pause(_):
            sys.stdout.write("writing"); sys.stdout.flush(); sys.stdin.read()
        os.fsync = pause
        atomic.write_atomically(sys.argv[1], b"slow")
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(place.parent / "slow")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as writer:
        assert writer.stdout.read(7) == b"writing"
        left.write_bytes(b"half")
        write_atomically(place, b"new")
        assert left.exists()
        writer.communicate()
    assert writer.returncode == 0
    assert (place.parent / "slow").read_bytes() == b"slow"
    write_atomically(place, b"newer")
    assert sorted(os.listdir(place.parent)) == ["model", "slow"]
