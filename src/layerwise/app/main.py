"""The command `layerwise`: which commands there are, and what each exit code means.

========  ========================================================================
exit code meaning
========  ========================================================================
0         done
1         something unforeseen: a mistake in Layerwise, or memory ran out
2         wrong usage, or a setting outside its range
3         the data cannot be used
4         the model file was refused
5         training diverged
6         a file could not be read or written
7         a slip was found (check, equations, exercise), or an equation not understood
8         a replay differs from its run
130       interrupted (the best epoch so far is kept when training had begun)
========  ========================================================================

Every error is one line on stderr that begins with ``layerwise: ``.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Sequence

from cyclopts import App, CycloptsError, UnusedCliTokensError

from layerwise import __version__
from layerwise.app import help, help_on_choosing, help_runs
from layerwise.errors import DataError, DivergenceError, ModelFileError, SettingError

DONE, UNFORESEEN, USAGE, DATA, MODEL, DIVERGED, FILE, SLIPS, DIFFERS = range(9)
INTERRUPTED = 130
# the first that fits counts: every one of ours before the general ones
CODES: tuple[tuple[type[BaseException], int], ...] = (
    (CycloptsError, USAGE),
    (SettingError, USAGE),
    (DataError, DATA),
    (ModelFileError, MODEL),
    (DivergenceError, DIVERGED),
    (OSError, FILE),
    (KeyboardInterrupt, INTERRUPTED),
    (Exception, UNFORESEEN),
)

app = App(
    name="layerwise",
    version=__version__,
    help=help.PROGRAM,
    help_format="plaintext",
    help_epilogue=help.EXIT_CODES,
    suppress_keyboard_interrupt=False,
)
# named by import path: a command's libraries are loaded when it runs
COMMANDS = (
    ("train", "DATA [OPTIONS]", help.TRAIN),
    ("evaluate", "MODEL DATA [OPTIONS]", help.EVALUATE),
    ("predict", "MODEL DATA [OPTIONS]", help.PREDICT),
    ("summary", "[MODEL] [OPTIONS]", help.SUMMARY),
    ("ladder", "DATA [OPTIONS]", help_on_choosing.LADDER),
    ("meter", "DATA [OPTIONS]", help_on_choosing.METER),
    ("search", "DATA [OPTIONS]", help_on_choosing.SEARCH),
    ("runs", "", help_runs.RUNS),
    ("course", "[NAME ...] [OPTIONS]", help.COURSE),
    ("check", "FILE [OPTIONS]", help.CHECK),
    ("equations", "FILE [OPTIONS]", help.EQUATIONS),
    ("trace", "MODEL DATA [OPTIONS]", help.TRACE),
    ("why", "[TOOL] [MODEL] [DATA] [OPTIONS]", help.WHY),
    ("exercise", "[KIND] [OPTIONS]", help.EXERCISE),
)
for place, (name, usage, text) in enumerate(COMMANDS):
    # without a usage here it is an app of its own, with commands of its own
    own = {"usage": f"Usage: layerwise {name} {usage}\n"} if usage else {}
    app.command(
        f"layerwise.app.{name}:{name}",
        name=name,
        **own,
        help=text,
        sort_key=place,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        What follows the word ``layerwise``; by default what this process was started with.

    Examples
    --------
    >>> main(["--version"])
    0.1.0
    0
    """
    _repair_streams()
    try:
        with warnings.catch_warnings():
            if not sys.warnoptions:
                warnings.simplefilter("ignore")  # the card says what a user needs to know
            return _run(arguments)
    except BrokenPipeError:  # who reads has seen enough, as in `layerwise predict ... | head`
        _discard(sys.stdout)
        return DONE
    except (Exception, KeyboardInterrupt) as error:
        if sys.flags.dev_mode:
            raise
        return _report(error)


def _run(arguments: Sequence[str] | None) -> int:
    code = app(
        None if arguments is None else list(arguments),
        exit_on_error=False,
        print_error=False,
        verbose=False,
        result_action="return_value",
    )
    sys.stdout.flush()
    return code if isinstance(code, int) else DONE


def _report(error: BaseException) -> int:
    code = next(code for kind, code in CODES if isinstance(error, kind))
    print(f"layerwise: {_one_line(error, code)}", file=sys.stderr)
    if code == FILE:
        _discard(sys.stdout)  # it may be what could not be written
    return code


def _one_line(error: BaseException, code: int) -> str:
    if code == INTERRUPTED:
        return "interrupted; nothing was written"
    if isinstance(error, OSError) and error.strerror:
        name = f"{os.fsdecode(error.filename)}: " if error.filename else ""
        return f"{name}{error.strerror}"
    text = " ".join(str(error).split())
    if isinstance(error, CycloptsError):
        if isinstance(error, UnusedCliTokensError):
            text = f"Unexpected: {' '.join(error.unused_tokens or [])}."
        return f"{text} See `layerwise --help`."
    if code == DIVERGED:
        return text.replace("the best parameters so far are kept", "nothing was written")
    if code == UNFORESEEN:
        cause = error.__cause__ or error
        text = f"{type(cause).__name__}: {' '.join(str(cause).split())}"
        return (
            f"{text} (unforeseen: `python -X dev -m layerwise ...` shows where; please report it)"
        )
    return text


def _repair_streams() -> None:
    # a closed stream, or a terminal that cannot show a letter, is no reason to fail
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _discard(stream: object) -> None:
    # the interpreter flushes once more as it ends: let that go nowhere
    try:
        number = stream.fileno()  # pyright: ignore[reportAttributeAccessIssue]
    except (OSError, AttributeError, ValueError):
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), number)
