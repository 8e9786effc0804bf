"""The sums of the tables' rows in numpy, where nothing is compiled; `sums.c` does the same in a third of the time."""

import numpy as np

from pipeline.tagger.layout import Ints, Rows, Scores, pair_rows


def add_up(  # noqa: PLR0917 - the arguments of the function in C, which takes them by their places
    out: Scores,
    numbers: Ints,
    lengths: Ints,
    kinds: Ints,
    tables: Scores,
    offsets: Ints,
    classes: Rows,
    identities: Rows,
    pairs: Scores,
    _parts: Ints,
    turns: Scores,
    width: int,
    reach: int,
    classes_number: int,
    _pair_bits: int,
    _mixers: tuple[int, ...],
    /,
) -> None:
    """Add up what tables say of each word: itself, its neighbours, pairs of them, and its turn, in this order.

    `out` is filled with a row for each word of the turns, whose words stand in `numbers` with `reach` pads before,
    between and after turns; `lengths` says how many words each turn has, `kinds` which rows of `turns` are its own.
    `tables` has for each of `offsets`, the first of which is 0, a row for each word; `classes` and `identities` are
    those of the words, of which `pairs` are made.
    """
    kinds = np.repeat(kinds, lengths)
    own = np.arange(reach, reach + len(kinds)) + np.repeat(np.arange(len(lengths)) * reach, lengths)
    out[:] = tables[0].take(numbers.take(own), axis=0)
    for table, offset in zip(tables[1:], offsets[1:].tolist(), strict=True):
        out += table.take(numbers.take(own + offset), axis=0)
    of_words = classes[numbers]
    for of_pair in pair_rows(identities[numbers], of_words, reach):
        out += pairs.take(of_pair.take(own - reach), axis=0)
    out += turns.reshape(-1, width).take(kinds * classes_number + of_words.take(own), axis=0)
