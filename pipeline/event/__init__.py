"""The records of the product: conversation event, sanitized event, dead letter, receipt, privacy request."""
