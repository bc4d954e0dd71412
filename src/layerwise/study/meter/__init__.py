"""The learning-rate meter: the stable range of the learning rate, with its evidence."""
