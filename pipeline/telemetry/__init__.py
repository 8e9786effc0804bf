"""Metrics, health and logs: what operations teams watch. The only home of prometheus_client."""
