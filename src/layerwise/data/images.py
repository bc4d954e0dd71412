"""Pictures: a folder with one sub-folder per class, a folder of pictures, or a single one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from layerwise.data.dataset import Dataset, Reading
from layerwise.errors import DataError

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
# named, for Pillow hands some other formats to programs such as Ghostscript
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
SIZE = (64, 64)


def read_folder(folder: Path, reading: Reading) -> Dataset:
    """Return the pictures of a folder, resized, as unsigned bytes (m, height, width[, 3])."""
    if (folder / "train").is_dir() and (folder / "test").is_dir():
        training = _read_classes(folder / "train", reading)
        return Dataset(
            folder.name, training.X, training.y, "class", training.notes,
            test=_read_classes(folder / "test", reading),
        )  # fmt: skip
    return _read_classes(folder, reading)


def _read_classes(folder: Path, reading: Reading) -> Dataset:
    classes = sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
    found = [(path, group.name) for group in classes for path in _pictures(group)]
    if not found and not reading.target_required:
        found = [(path, "") for path in _pictures(folder)]
    if not found:
        raise DataError(f"{folder}: no pictures; expected one sub-folder per class with {PICTURES}")
    with_pictures = {label for _, label in found}
    if len(with_pictures) < 2 and reading.target_required:
        raise DataError(
            f"{folder}: expected pictures in at least two sub-folders, one per class; "
            f"found them in {', '.join(map(repr, sorted(with_pictures)))}"
        )
    X = np.stack([picture(path, reading) for path, _ in found])
    labels = np.array([label for _, label in found], dtype=object) if found[0][1] else None
    height, width = reading.image_size or SIZE
    skipped = sum(len(list(group.iterdir())) for group in classes) - len(found)
    notes = [
        f"{len(found)} pictures, resized to {height} x {width}, {'grey' if reading.grey else 'RGB'}"
    ]
    notes += [f"{skipped} other files were skipped"] if skipped > 0 else []
    bare = [repr(group.name) for group in classes if group.name not in with_pictures]
    notes += [f"no pictures in {', '.join(bare)}: left out"] if bare else []
    return Dataset(folder.name, X, labels, "class", tuple(notes))


def _pictures(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in PICTURES and not path.name.startswith(".")
    )


def read_picture(path: Path, reading: Reading) -> Dataset:
    """Return a single picture without a label."""
    return Dataset(path.stem, picture(path, reading)[None], None, None, ("one picture",))


def picture(path: Path, reading: Reading) -> np.ndarray:
    """Return one picture as unsigned bytes, turned upright, transparency over white, resized."""
    from PIL import Image, ImageOps

    height, width = reading.image_size or SIZE
    if path.exists() and not path.is_file():  # a pipe would let us wait for ever
        raise DataError(f"{path}: is not a file; take it out of the folder")
    try:
        with Image.open(path, formats=FORMATS) as image:
            upright = _in_bytes(ImageOps.exif_transpose(image)).convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DataError(f"{path}: is not a picture that can be read ({error})") from error
    white = Image.new("RGBA", upright.size, "white")
    flat = Image.alpha_composite(white, upright).convert("L" if reading.grey else "RGB")
    return np.asarray(flat.resize((width, height), Image.Resampling.BILINEAR), np.uint8)


def _in_bytes(image: Any) -> Any:
    """Return a picture of bytes: Pillow would turn all that is brighter than 255 into white."""
    from PIL import Image

    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise ValueError(f"mode {image.mode}; expected 8 or 16 bits: convert the picture")
    return image
