"""Extensions: the ledger of outcomes, progress, and refusing bodies that are no pages."""
