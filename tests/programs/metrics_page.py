"""A page with every metric, as a busy program would show it, for tests of rules and dashboards."""

import itertools

from prometheus_harness import LoopbackServer

OPERATION = {"operation": ["orders.page", "db.orders.write"]}
TABLE = {"table": ["molecules"]}
NUMBER = {"attempt": ["1", "2", "3", "4", "5", "6+"]}
STATES = ["closed", "open", "half_open", "ramping", "forced_open", "disabled", "observe_only"]
CATEGORY = {"category": ["connection", "timeout"], "severity": ["medium", "high"]}
BOUNDS = ["0.001", "0.0025", "0.01", "0.025", "0.1", "0.25", "1.0", "2.5", "10.0", "60.0", "+Inf"]

# What rises by 1, 2, 3, … with each scrape, in the order of its series.
COUNTERS = {
    "holdfast_calls_total":
        OPERATION | {"outcome": ["success", "failure", "rejected", "cancelled"]},
    "holdfast_attempts_total": OPERATION | {"category": ["none", "connection", "timeout"]},
    "holdfast_failures_total": OPERATION | CATEGORY,
    "holdfast_retries_total": OPERATION | NUMBER,
    "holdfast_recovered_calls_total": OPERATION,
    "holdfast_retries_suppressed_total": OPERATION | {
        "reason": ["withheld", "in_doubt", "time_spent", "retry_after_too_long", "pushed_back",
                   "retry_after_past_deadline", "no_budget", "circuit_open", "bulkhead_full",
                   "rate_limited"]},
    "holdfast_rejections_total": OPERATION | {
        "reason": ["circuit_open", "bulkhead_full", "rate_limited", "time_spent"]},
    "holdfast_hedges_total": OPERATION | {"outcome": ["started", "refused"]},
    "holdfast_breaker_transitions_total": OPERATION | {
        "from": ["half_open"], "to": ["open", "closed"],
        "reason": ["probe_failed", "probes_succeeded"]},
    "holdfast_listener_failures_total": OPERATION,
    "holdfast_telemetry_dropped_total": {"signal": ["log", "event"]},
    "holdfast_audit_records_total": {
        "kind": ["reloaded", "reload_refused", "ordered", "order_unknown", "state_loaded",
                 "state_set_aside", "state_failed", "state_recovered", "step_failed"]},
    "database_errors_total": CATEGORY,
    "database_retries_total": OPERATION | NUMBER,
    "holdfast_import_records_read_total": TABLE,
    "holdfast_import_records_total": TABLE | {"fate": ["stored", "duplicate", "rejected"]},
    "holdfast_import_rejected_total": TABLE | {"reason": ["missing", "wrong_type"]},
    "holdfast_import_differs_total": TABLE,
    "holdfast_import_requests_total": TABLE,
    "holdfast_import_failed_requests_total": TABLE,
    "holdfast_import_source_retries_total": TABLE,
    "holdfast_import_target_retries_total": TABLE,
    "holdfast_import_read_bytes_total": TABLE,
    "process_cpu_seconds_total": {},
}

# What is 1, 2, 3, … in the order of its series.
GAUGES = {
    "holdfast_retry_budget_tokens": OPERATION,
    "holdfast_breaker_failure_ratio": OPERATION,
    "holdfast_bulkhead_running": OPERATION,
    "holdfast_bulkhead_waiting": OPERATION,
    "holdfast_duration_sampling_ratio": OPERATION,
    "holdfast_keys": OPERATION,
    "holdfast_keys_open": OPERATION,
    "holdfast_state_age_seconds": OPERATION,
    "holdfast_operations": {},
    "holdfast_operations_overflowed": {},
    "holdfast_state_store_failing": {},
    "holdfast_configuration_refused": {},
    "holdfast_build_info": {"version": ["1.2.3"]},
    "database_circuit_breaker_state": OPERATION,
    "retry_success_rate": OPERATION,
    "holdfast_import_waiting": TABLE,
    "holdfast_import_running": TABLE,
    "process_start_time_seconds": {},
    "process_resident_memory_bytes": {},
    "process_open_fds": {},
}

HISTOGRAMS = {
    "holdfast_call_duration_seconds":
        OPERATION | {"outcome": ["success", "recovered", "failure"]},
    "holdfast_attempt_duration_seconds":
        OPERATION | {"outcome": ["success", "recovered", "failure"]},
    "holdfast_backoff_seconds": OPERATION,
    "holdfast_outage_duration_seconds": OPERATION,
}


def names():
    return {*COUNTERS, *GAUGES, *HISTOGRAMS, "holdfast_breaker_state"}


def series(labels):
    """The text of each combination of labels."""
    for values in itertools.product(*labels.values()):
        yield ",".join(f'{name}="{value}"' for name, value in zip(labels, values))


def line(name, labels, value):
    return f"{name}{{{labels}}} {value}" if labels else f"{name} {value}"


def histogram(name, labels, scrapes):
    """Each bucket gets one value more with each scrape."""
    def bound(upper):
        return (labels + "," if labels else "") + f'le="{upper}"'
    lines = [line(name + "_bucket", bound(upper), scrapes * (i + 1))
             for i, upper in enumerate(BOUNDS)]
    return lines + [line(name + "_sum", labels, scrapes * 7.5),
                    line(name + "_count", labels, scrapes * len(BOUNDS))]


def page(scrapes):
    """The page that the scrape of that number gets."""
    lines = []

    def family(name, kind, made):
        lines.extend([f"# HELP {name} An example.", f"# TYPE {name} {kind}", *made])

    for name, labels in COUNTERS.items():
        family(name, "counter", (line(name, each, scrapes * (i + 1))
                                 for i, each in enumerate(series(labels))))
    for name, labels in GAUGES.items():
        family(name, "gauge", (line(name, each, i + 1) for i, each in enumerate(series(labels))))
    for name, labels in HISTOGRAMS.items():
        family(name, "histogram", (text for each in series(labels)
                                   for text in histogram(name, each, scrapes)))
    family("holdfast_breaker_state", "gauge", (
        line("holdfast_breaker_state", each, int('state="open"' in each))
        for each in series(OPERATION | {"state": STATES})))
    return "\n".join(lines) + "\n"


class ExamplePage(LoopbackServer):
    """Serves the page, and counts how often it was asked for."""

    def __init__(self):
        self.scrapes = 0

    def get(self, path):
        self.scrapes += 1
        return "text/plain; version=0.0.4", page(self.scrapes)
