"""De-identify support conversations on their way through Kafka. Start reading at `pipeline/flow/redact_event.py`."""

__version__ = "0.1.0"
