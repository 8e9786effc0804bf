"""The bounded state of one conversation, and its pure transitions."""
