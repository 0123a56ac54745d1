"""Rules, the ledger that turns matches into alerts, and the evidence that alerts show."""
