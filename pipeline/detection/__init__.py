"""Find personal data in a text: patterns, known values, names; findings with offsets into the original text."""
