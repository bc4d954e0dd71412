"""A real server of PostgreSQL for the tests, where Debian's package is installed."""

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

import pytest

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Server:
    """A cluster in a folder of its own, on 127.0.0.1 alone; trust, for it holds nothing."""

    def __init__(self):
        self.programs = PROGRAMS[-1]
        # the server refuses to run as root
        self.user = "postgres" if os.geteuid() == 0 else getpass.getuser()
        self.folder = Path(tempfile.mkdtemp(prefix="layerwise-postgresql-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, self.user)
        self.port = free_port()
        self._run("initdb", "-D", self.data, "-U", "layerwise", "-A", "trust", "--no-sync")
        self.start()

    @property
    def data(self):
        return self.folder / "data"

    def _run(self, program, *arguments):
        call = [self.programs / program, *arguments]
        if os.geteuid() == 0:
            call = ["runuser", "-u", self.user, "--", *call]
        with open(self.folder / "calls.log", "ab") as log:
            subprocess.run(call, check=True, stdout=log, stderr=log, cwd=self.folder, timeout=60)

    def start(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        log = self.folder / "server.log"
        self._run("pg_ctl", "-D", self.data, "-w", "-l", log, "-o", options, "start")

    def stop(self):
        self._run("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop")

    def url(self, database="postgres"):
        return f"postgresql://layerwise@127.0.0.1:{self.port}/{database}"

    def new_database(self):
        """Return the address of an empty database."""
        import psycopg

        name = f"runs_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)


@pytest.fixture(scope="session")
def postgresql_server():
    """Return a running server; the test is skipped where the package is absent."""
    if not PROGRAMS:
        pytest.skip("PostgreSQL is not installed on this machine")
    pytest.importorskip("psycopg")
    server = Server()
    yield server
    server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture
def postgresql(postgresql_server):
    """Return the address of an empty database, postgresql://..., on a running server."""
    return postgresql_server.new_database()
