"""One training step with every number visible: forward, cost, backward, update."""
