"""Reads every scenario strictly."""
import sys

import scenarios


def main():
    known = scenarios.read_all()
    print("conformance: %d scenarios" % len(known))
    return 0
