"""Breaks things on purpose. `make drill` runs every drill; `make drill ARGS="sms --on sqlite"` one of them.

Each prints JSON lines with its parameters; the exit code tells whether something was lost or doubled.
"""

from __future__ import annotations

import sys

from bench import drill_demo
from bench.sms import drill as drill_sms

DRILLS = {"sms": drill_sms.main, "demo": drill_demo.main}


def main(words: list[str]) -> int:
    if words and words[0] in DRILLS:
        return DRILLS[words[0]](words[1:])
    if words and words != ["--help"]:
        sys.stderr.write(f"no drill {words[0]}; there are: {', '.join(DRILLS)}\n")
        return 2
    if words:
        print(__doc__)
        return 0
    return max(run([]) for run in DRILLS.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
