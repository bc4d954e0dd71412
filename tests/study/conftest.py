"""What the tests of the room `study` may ask for."""

from tests.study.postgresql import postgresql, postgresql_server  # noqa: F401
