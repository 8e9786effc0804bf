"""What the pipeline is compared with: other products on the same texts, other workers on the same topic."""
