"""A translator in a process of its own, to be killed: `python -m tests.integration.opt_outs.translator_worker`.

Reads the address of the broker and the settings as JSON from its environment, and ends when its input closes.
"""

import os
import sys

import msgspec

from pipeline.settings import Settings
from tests.integration.opt_outs.places import Place


def main():
    settings = msgspec.json.decode(os.environ["PLACE_SETTINGS"], type=Settings)
    place = Place(os.environ["PLACE_BOOTSTRAP"], settings)
    translator = place.translator([], settings.worker.slot)
    translator.start()
    sys.stdin.read()
    translator.stop()


if __name__ == "__main__":
    main()
