"""What is read out or spelled, folded to digits and letters: a second view of a text, with its way back."""

from pipeline.detection.spoken.atoms import Kind, Run
from pipeline.detection.spoken.restarts import parts_of
from pipeline.detection.spoken.runs import read_runs
from pipeline.detection.spoken.view import NumeralView, date_view, numeral_view
from pipeline.detection.spoken.vocabulary import TRIGGER

__all__ = ["TRIGGER", "Kind", "NumeralView", "Run", "date_view", "numeral_view", "parts_of", "read_runs"]
