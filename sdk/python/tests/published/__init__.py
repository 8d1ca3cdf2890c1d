"""The published client 3.0.5, which the tests fetch from the index, and what is compared with it."""
