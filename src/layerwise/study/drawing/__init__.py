"""Pictures for a lecture: light, large letters, colours that the colour-blind can tell apart."""
