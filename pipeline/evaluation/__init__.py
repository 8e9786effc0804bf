"""How well detection works: predictions for labelled conversations, and their scores."""
