"""Replace what was found: operators, tokens, placeholders, and where the replacements stand in the sanitized text."""
