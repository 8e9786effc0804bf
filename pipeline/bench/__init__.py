"""`redact bench`: how fast this machine redacts, as ratios to references that are measured in the same run."""
