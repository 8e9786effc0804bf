"""What may happen to which data for which purpose: the document an author writes, and its compiled form."""
