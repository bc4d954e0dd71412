"""The peers of `--device gpu`: Layerwise and PyTorch in three kinds of arithmetic."""

from __future__ import annotations

from benchmarks.peers import Peer

_JAX = {"JAX_PLATFORMS": "cuda"}
_PRECISIONS = {"float32": "highest", "tf32": "tensorfloat32", "bfloat16": "default"}


def _layerwise(precision: str, words: str) -> Peer:
    options = {"dtype": "bfloat16"} if precision == "bfloat16" else {}
    environment = _JAX | {"JAX_DEFAULT_MATMUL_PRECISION": _PRECISIONS[precision]}
    return Peer(f"Layerwise, {words}", "layerwise_fit", ("layerwise",), options, environment)


def _torch(precision: str, words: str) -> Peer:
    options = {"device": "cuda", "precision": precision}
    return Peer(f"PyTorch, {words}", "pytorch", ("torch",), options)


ON_GPU = {
    f"{library}-{precision}": make(precision, words)
    for precision, words in (("float32", "float32"), ("tf32", "TF32"), ("bfloat16", "bfloat16"))
    for library, make in (("layerwise", _layerwise), ("torch", _torch))
}
