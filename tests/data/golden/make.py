"""Makes the golden files of format version 1; run once per format version, never again."""

from pathlib import Path

import numpy as np
import polars as pl

from layerwise import DNNClassifier, DNNRegressor

HERE = Path(__file__).parent


def table(rows):
    days = pl.date_range(pl.date(2020, 1, 1), pl.date(2020, 12, 31), eager=True)
    return pl.DataFrame(
        {
            "age": [None if i % 7 == 0 else float(i) for i in range(rows)],
            "city": [("Bâle", "Genève", "Zürich")[i % 3] for i in range(rows)],
            "day": days[:rows],
            "same": ["x"] * rows,
        }
    )


def main():
    X = table(60)
    y = np.array([("low", "middle", "high")[i // 20] for i in range(60)])
    small = {"epochs": 2, "random_state": 0}
    DNNClassifier((4,), **small).fit(X, y).save(HERE / "v1-classifier.layerwise")
    numbers = np.arange(40.0).reshape(20, 2)
    regressor = DNNRegressor((), dtype="float64", **small).fit(numbers, numbers[:, 0])
    regressor.save(HERE / "v1-regressor.layerwise")
    pixels = np.arange(20 * 6, dtype=np.uint8).reshape(20, 2, 3)
    flags = np.arange(20) % 2 == 0
    DNNClassifier((3, 2), **small).fit(pixels, flags).save(HERE / "v1-pictures.layerwise")


if __name__ == "__main__":
    main()
