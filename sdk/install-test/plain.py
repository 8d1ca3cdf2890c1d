"""The Python package alone."""

import os
import time

import onceonly

with onceonly.OnceOnly(os.environ["ONCEONLY_API_KEY"], os.environ["ONCEONLY_URL"], fail_open=False, timeout=60) as client:
    key = "python:%d" % time.time_ns()
    first, second = (client.check_lock(key).should_proceed() for _ in range(2))
    print("%s: first %s, second %s" % (onceonly.__version__, first, second))
