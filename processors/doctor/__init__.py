"""Whether an installation can work: each part looked at by itself, and what to do where it cannot."""
