"""Runs the scenarios of spec/conformance: this part makes the calls, the harness judges."""
