<<<<<<< HEAD
"""How the tagger's weights are made: labelled conversations in, one file of weights out, the same for everybody."""
=======
"""Training of the names tier: what the model learns from. Nothing at run time imports it."""
>>>>>>> dialogues
