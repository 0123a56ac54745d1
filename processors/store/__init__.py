"""What Veille remembers: one interface, an engine a folder, one contract-test suite (tests/store/)."""
