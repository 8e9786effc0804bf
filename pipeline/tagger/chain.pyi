from pipeline.tagger.decode import LabelledWord
from pipeline.tagger.layout import Ints, Scores

def labelled_words(
    scores: Scores, bias: Scores, transitions: Scores, lengths: Ints, skipped: int, /
) -> list[LabelledWord]: ...
