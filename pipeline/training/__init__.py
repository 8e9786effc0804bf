"""Training of the names tier: what the model learns from. Nothing at run time imports it."""
