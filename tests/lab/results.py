"""The rows of all measurements, and what they say: medians over the rounds."""

import csv
import statistics

FIRST = ["experiment", "round", "server", "group", "idea"]
# rung-bench's, in its order, and the system calls for each request.
MEASURED = ["connections", "idle", "threads", "pipeline", "rate", "keys",
            "zipf", "value_size", "reads", "requests", "seconds", "per_second",
            "errors", "unsent", "hits", "misses", "mean_ms", "p50_ms",
            "p90_ms", "p99_ms", "p99.9_ms", "p99.99_ms", "max_ms", "client_us",
            "client_busy", "replies", "server_us", "server_switches",
            "resident_before", "resident", "calls"]


def write(path, rows):
    with open(path, "w", newline="") as file:
        out = csv.DictWriter(file, FIRST + MEASURED, restval="")
        out.writeheader()
        out.writerows(rows)


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


class Results:
    def __init__(self, rows):
        self.rows = rows
        self.servers = list(dict.fromkeys(row["server"] for row in rows))
        self.idea = {row["server"]: row["idea"] for row in rows}
        self.group = {row["server"]: row["group"] for row in rows}

    def values(self, experiment, server, column, connections=None, depth=None,
               idle=None):
        """Of all rounds, sorted."""
        wanted = {"connections": connections, "pipeline": depth, "idle": idle}
        return sorted(
            float(row[column]) for row in self.rows
            if row["experiment"] == experiment and row["server"] == server
            and row[column] != ""
            and all(n is None or int(row[name]) == n
                    for name, n in wanted.items()))

    def median(self, *args, **wanted):
        """None where nothing was measured."""
        values = self.values(*args, **wanted)
        return statistics.median(values) if values else None

    def choices(self, experiment, column):
        """The connections, depths or idle clients that were tried."""
        return sorted({int(row[column]) for row in self.rows
                       if row["experiment"] == experiment})

    def resident_per_connection(self, experiment, server, **wanted):
        """KiB that a connection added; the median of the rounds."""
        before = self.values(experiment, server, "resident_before", **wanted)
        after = self.values(experiment, server, "resident", **wanted)
        if not before:
            return None
        grown = statistics.median(after) - statistics.median(before)
        idle = wanted.get("idle") or 0
        clients = wanted.get("connections")
        if clients is None:
            clients = self.choices(experiment, "connections")[0]
        return grown / 1024 / (clients + idle)
