"""The names tier of our own for English: a linear-chain model over the words of a turn, in plain numpy."""
