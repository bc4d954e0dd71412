"""A worker: a process that does what it is asked, a JSON line in, a JSON line out.

`python -m benchmarks.worker MODULE` answers {"call": name, ...} with what that function of the
module returns. It sleeps between questions, so that one library at a time has the processor.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback


def serve(module_name: str) -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    module = importlib.import_module(module_name)
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = {"answer": getattr(module, question.pop("call"))(**question)}
        except Exception:
            answer = {"error": traceback.format_exc()}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve(sys.argv[1])
