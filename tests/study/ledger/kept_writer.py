"""A process that records one run after another and says which were acknowledged.

Called with: source folder, place, number of the writer, how many, the file of acknowledged ids. It
goes on where that file ends, so that a successor does what is left.
"""

import os
import sys


def entry(writer, number):
    """Return what the number-th run of a writer holds: content that can be told from any other."""
    from layerwise.study.ledger.record import About, Entry

    study = (writer + number) % 3
    about = About("train", f"data {study}", {"hash": f"{study}" * 64}, "accuracy")
    kept = {"settings": {"writer": writer, "number": number}, "curves": {"cost": [0.5] * 20}}
    return about, Entry(kept, number / 1000, {1: 0.25, 2: number / 1000})


def main():
    source, place, writer, count, path = sys.argv[1:]
    sys.path[:0] = [source, os.path.dirname(__file__)]
    from layerwise.study.ledger.record import Recorder

    recorder = Recorder(place)
    with open(path, "a+b", buffering=0) as acknowledged:
        acknowledged.seek(0)
        done = [line.split() for line in acknowledged.read().decode().splitlines()]
        begin = max((int(number) for number, _ in done), default=-1) + 1
        for number in range(begin, int(count)):
            found = recorder.record(*entry(int(writer), number))
            acknowledged.write(f"{number} {found}\n".encode())  # one call: whole or not at all


if __name__ == "__main__":
    main()
