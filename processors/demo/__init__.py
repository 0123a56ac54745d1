"""The sample site: invented news outlets, served on loopback for `veille demo` and for the crawler's tests."""
