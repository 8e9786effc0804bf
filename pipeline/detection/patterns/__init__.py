"""What has a shape: a catalogue of patterns by family, and the detector that runs them."""

from pipeline.detection.patterns.detector import PatternDetector

__all__ = ["PatternDetector"]
