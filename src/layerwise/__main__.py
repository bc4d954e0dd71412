"""`python -m layerwise` is the command `layerwise`."""

from layerwise.app.main import main

if __name__ == "__main__":
    raise SystemExit(main())
