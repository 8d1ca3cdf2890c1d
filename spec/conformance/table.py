"""Prints the table of results and says whether every SDK has passed every scenario that it runs, in each of its modes.

    python3 spec/conformance/table.py RESULTS.jsonl [python typescript java]

RESULTS.jsonl is what the harness has written to the file that ONCEONLY_CONFORMANCE_RESULTS names. The exit code is 1 when a
scenario failed or was not run, and 2 when the file can't be read.
"""

import os
import sys

import results
import scenarios


def main(arguments):
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    sdks = tuple(arguments[1:]) or results.SDKS
    try:
        found = results.read(arguments[0])
    except (OSError, ValueError) as error:
        print("table: %s: %s" % (os.path.basename(arguments[0]), error), file=sys.stderr)
        return 2
    known = scenarios.read_all()
    text, wrong = results.render(known, results.table_of(found), sdks)
    print(text)
    for result in found:
        if not result["passed"] and result["sdk"] in sdks:
            print("\n%s, %s %s:" % (result["id"], result["sdk"], result["mode"]))
            for problem in result["problems"]:
                print("  " + problem)
    runs = results.due(known, sdks)
    print("\nconformance: %d scenarios, %s: %d of %d runs passed" % (len(known), ", ".join(sdks), runs - wrong, runs))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
