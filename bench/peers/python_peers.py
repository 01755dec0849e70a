"""tenacity around a function that adds one; see script/bench-peers."""

import time

import tenacity

ROUNDS, CALLS = 25, 2000


def add_one(x):
    return x + 1


@tenacity.retry(stop=tenacity.stop_after_attempt(3))
def retried(x):
    return add_one(x)


def time_per_call(call) -> float:
    begin = time.perf_counter_ns()
    for _ in range(CALLS):
        call(1)
    return (time.perf_counter_ns() - begin) / CALLS


CASES = {("-", "bare"): add_one, ("tenacity", "retry"): retried}
least = dict.fromkeys(CASES, float("inf"))
for _ in range(ROUNDS):
    for key, called in CASES.items():
        least[key] = min(least[key], time_per_call(called))
for (library, name), nanoseconds in least.items():
    print("Python", library, name, f"{nanoseconds:.2f}", sep="\t")
