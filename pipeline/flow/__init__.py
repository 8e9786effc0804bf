"""The path of one event: decode, decide, detect, de-identify, outcome. Read `redact_event.py` first."""
