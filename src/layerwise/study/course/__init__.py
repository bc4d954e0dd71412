"""The results of the public course: each experiment anew, over several seeds, with intervals."""
