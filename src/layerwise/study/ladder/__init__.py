"""The ladder from the constant to deep networks: how much depth do these data need?"""
