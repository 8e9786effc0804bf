from pipeline.tagger.layout import Ints, Rows, Scores

def add_up(
    out: Scores,
    numbers: Ints,
    lengths: Ints,
    kinds: Ints,
    tables: Scores,
    offsets: Ints,
    classes: Rows,
    identities: Rows,
    pairs: Scores,
    parts: Ints,
    turns: Scores,
    width: int,
    reach: int,
    classes_number: int,
    pair_bits: int,
    mixers: tuple[int, ...],
    /,
) -> None: ...
