"""How the tagger's weights are made: labelled conversations in, one file of weights out, the same for everybody."""
