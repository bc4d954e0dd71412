"""PyTorch: the leanest loop that a reader would write, or the same with the cost compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import pairwise
from typing import Any

import torch
from torch.nn import functional

from benchmarks.workloads import BETA1, BETA2, EPSILON, LEARNING_RATE, Problem, Weights


def network(widths: tuple[int, ...]) -> torch.nn.Sequential:
    """Return linear layers with ReLU between them."""
    layers: list[torch.nn.Module] = []
    for n_prev, n in pairwise(widths):
        layers += [torch.nn.Linear(n_prev, n), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def fill(model: torch.nn.Sequential, weights: Weights) -> None:
    """Put these weights into the network."""
    with torch.no_grad():
        for layer, (W, b) in zip(_linear(model), weights, strict=True):
            layer.weight.copy_(torch.as_tensor(W).T)
            layer.bias.copy_(torch.as_tensor(b))


def prepare(problem: Problem, options: dict[str, Any]) -> Callable[[int], Any]:
    device, precision = options.get("device", "cpu"), options.get("precision", "float32")
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    X, y = torch.as_tensor(problem.X).to(device), torch.as_tensor(problem.y).to(device)
    model = network(problem.workload.widths).to(device)
    cost = cost_of(model, lambda: _shorter(device, precision))
    if problem.workload.outputs == 1:
        y = y.to(X.dtype)
    if options.get("compile"):
        cost = torch.compile(cost, dynamic=False)  # a program for the last, short batch too

    def train(epochs: int) -> torch.nn.Sequential:
        fill(model, problem.weights)
        adam = torch.optim.Adam(
            model.parameters(), LEARNING_RATE, (BETA1, BETA2), EPSILON, fused=True
        )
        for _ in range(epochs):
            order = torch.randperm(len(X), device=device)
            for rows in order.split(problem.workload.batch):
                adam.zero_grad()
                cost(X[rows], y[rows]).backward()
                adam.step()
        if device != "cpu":
            torch.cuda.synchronize()
        return model

    return train


def cost_of(model: torch.nn.Sequential, context: Callable[[], AbstractContextManager]) -> Callable:
    """Return the cost of a batch as a function of its rows and labels."""

    def cost(X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        with context():
            Z = model(X)
        if Z.shape[1] == 1:
            return functional.binary_cross_entropy_with_logits(Z[:, 0].float(), y)
        return functional.cross_entropy(Z.float(), y)

    return cost


def _shorter(device: str, precision: str) -> AbstractContextManager:
    return torch.autocast(device, torch.bfloat16) if precision == "bfloat16" else nullcontext()


def _linear(model: torch.nn.Sequential) -> Iterator[Any]:
    return (layer for layer in model if isinstance(layer, torch.nn.Linear))


def weights(trained: torch.nn.Sequential) -> Weights:
    return [
        (layer.weight.detach().T.cpu().numpy(), layer.bias.detach().cpu().numpy())
        for layer in _linear(trained)
    ]


def product(size: int, device: str = "cpu", precision: str = "float32") -> Callable[[], Any]:
    """Return a call that multiplies two square matrices once."""
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    kind = torch.bfloat16 if precision == "bfloat16" else torch.float32
    left, right = (torch.randn(size, size, device=device).to(kind) for _ in range(2))

    def multiply() -> None:
        left @ right
        if device != "cpu":
            torch.cuda.synchronize()

    return multiply
