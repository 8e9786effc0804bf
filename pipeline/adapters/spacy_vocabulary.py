"""Everyday words of English, from the word index of an installed spaCy model's lemmatizer."""

import spacy

from pipeline.adapters.spacy_entities import PACKAGE
from pipeline.errors import Misconfigured

_TABLES = ("lemma_index", "lemma_exc")


def everyday_words(package: str = PACKAGE) -> frozenset[str]:
    """Return the words of the index in lower case: letters alone, base forms and irregular ones, names among them.

    The index is made from Princeton University's WordNet. Raises `Misconfigured` where the model is not installed.
    """
    try:
        pipeline = spacy.load(package)
    except OSError:
        pipeline = None
    if pipeline is None or "lemmatizer" not in pipeline.pipe_names:
        raise Misconfigured([f"spaCy model {package} with its lemmatizer is required: install the product's packages"])
    lookups = pipeline.get_pipe("lemmatizer").lookups
    words = set(pipeline.Defaults.stop_words)
    for table in _TABLES:
        for listed in lookups.get_table(table, {}).values():
            words.update(listed)
    return frozenset(word for word in words if word.isalpha() and word.isascii() and word.islower() and len(word) > 1)
