"""`layerwise runs dashboard`: Optuna's dashboard, on this machine alone."""

from __future__ import annotations

import errno
import webbrowser
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from threading import Timer
from typing import Annotated, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from cyclopts import Parameter

from layerwise.app.main import DONE
from layerwise.app.runs import Place
from layerwise.errors import SettingError
from layerwise.study.ledger.storage import INSTALL, open_storage

HOST = "127.0.0.1"
OWN_NAMES = (HOST, "localhost")
SOON = 0.5  # seconds until the browser is opened
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True  # one that still answers does not keep Ctrl-C waiting


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request."""


def dashboard(
    *,
    place: Place = None,
    port: Annotated[int, Parameter(help="On 127.0.0.1; 0 takes a free one.")] = 8080,
    browser: Annotated[bool, Parameter(help="Whether the browser is opened.")] = True,
) -> int:
    """Show the runs in the browser."""
    try:
        from optuna_dashboard import wsgi
    except ImportError as error:
        raise SettingError(f"the dashboard is not installed: {INSTALL}") from error
    with _server(port, own_requests_only(wsgi(open_storage(place)))) as server:
        address = f"http://{HOST}:{server.server_port}/"
        print(f"{address} shows the runs, on this machine alone; Ctrl-C ends it", flush=True)
        if browser:
            Timer(SOON, webbrowser.open, [address]).start()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("ended")
    return DONE


def _server(port: int, application: Application) -> WSGIServer:
    if not 0 <= port <= 65535:
        raise SettingError(f"--port {port}: expected a whole number from 0 to 65535")
    try:
        return make_server(HOST, port, application, _Server, _Silent)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingError(
                f"--port {port} is taken; give another, or 0 for a free one"
            ) from None
        raise


def own_requests_only(application: Application) -> Application:
    """Refuse what another site's page sends: the dashboard asks for no password, and can delete.

    A page elsewhere reaches 127.0.0.1 through the reader's own browser, by a name that it makes
    point here, or by a form. Both are told by what the browser says of them.
    """

    def answer(request: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        host = request.get("HTTP_HOST", "")
        origin = request.get("HTTP_ORIGIN", f"http://{host}")
        if host.partition(":")[0] not in OWN_NAMES or origin != f"http://{host}":
            start("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"only pages of this machine are answered\n"]
        return application(request, start)

    return answer
