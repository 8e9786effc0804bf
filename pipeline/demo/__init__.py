"""The main job on real input, from a broker of its own to a reconciled result."""
