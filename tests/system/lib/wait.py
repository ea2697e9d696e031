"""Waiting for what a test expects, with a deadline that fails loudly."""
import time

DEADLINE_S = 30


def until(what, predicate, deadline_s=DEADLINE_S):
    """Returns the first true value of predicate(); fails naming `what` at the deadline."""
    end = time.monotonic() + deadline_s
    while True:
        value = predicate()
        if value:
            return value
        assert time.monotonic() < end, f'within {deadline_s} s never came true: {what}'
        time.sleep(0.02)
