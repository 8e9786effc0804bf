"""Third parties behind this project's protocols; wired together by the composition root alone."""
