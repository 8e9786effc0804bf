"""Opt-outs: which purposes may not use an event, and why."""
