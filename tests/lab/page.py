"""The page: prose that stands in notes/lab.md, and between its marks
<!-- lab:NAME --> and <!-- lab --> what was measured."""

import pathlib
import re

NOTES = pathlib.Path(__file__).parent.parent.parent / "notes"


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def number(value, digits=3):
    """Three digits that count, and a comma for thousands."""
    if value is None:
        return ""
    if value >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    text = f"{value:.{digits}g}"
    return f"{float(text):g}"


def clients_in_words(count):
    return f"{count:,} client{'s' if count > 1 else ''}"


class Page:
    def __init__(self, results, about, told):
        self.results, self.about, self.told = results, about, told

    def busy_clients(self):
        return min(self.results.choices("grid", "connections"),
                   key=lambda n: abs(n - 100))

    def by_server(self, choices, head, cell, servers=None):
        """A row for each server, a column for each choice."""
        rows = [[server, *(cell(server, choice) for choice in choices)]
                for server in servers or self.results.servers]
        return table(["", *(head(choice) for choice in choices)], rows)

    # ---- what stands between the marks ----

    def machine(self):
        return table(["", ""], [list(row) for row in self.about])

    def thread(self):
        most = self.results.choices("crowd", "idle")[-1]
        clients = self.busy_clients()
        many = self.results.choices("grid", "connections")[-1]

        def row(server):
            memory = [self.results.resident_per_connection(
                          "crowd", server, idle=most),
                      self.results.resident_per_connection(
                          "grid", server, connections=many, depth=1)]
            figures = (self.results.median("grid", server, column, clients, 1)
                       for column in ("server_us", "server_switches",
                                      "per_second"))
            return [server, *(number(size, 2) for size in memory),
                    *map(number, figures)]

        return table(["", f"KiB for each of {most:,} idle clients",
                      f"of {many:,} who ask",
                      f"µs a request, {clients} clients",
                      "context switches a request", "requests/s"],
                     [row(server) for server in self.results.servers])

    def crowd(self):
        return self.by_server(
            self.results.choices("crowd", "idle"), "{:,} idle".format,
            lambda server, idle: number(self.results.median(
                "crowd", server, "server_us", idle=idle)))

    def pipelining(self):
        clients = self.busy_clients()

        def cell(server, depth):
            rates = self.results.values("grid", server, "per_second", clients,
                                        depth)
            if not rates:
                return "–"
            cost = self.results.median("grid", server, "server_us", clients,
                                       depth)
            middle = self.results.median("grid", server, "per_second", clients,
                                         depth)
            spread = f" ({rates[0]:,.0f} to {rates[-1]:,.0f})" \
                if len(rates) > 1 else ""
            return f"{middle:,.0f}{spread}, {number(cost)} µs"

        return self.by_server(self.results.choices("grid", "pipeline"),
                              "P={}".format, cell)

    def calls(self):
        choices = self.results.choices("calls", "connections")
        loads = [(clients, depth) for clients in choices
                 for depth in self.results.choices("calls", "pipeline")]
        if not loads:
            return "Not counted: neither perf nor strace can do it here."
        return self.by_server(
            loads, lambda load: f"{load[0]} clients, P={load[1]}",
            lambda server, load: number(self.results.median(
                "calls", server, "calls", *load)) or "–")

    def latency(self):
        def cell(server, clients):
            times = [self.results.median("grid", server, column, clients, 1)
                     for column in ("p50_ms", "p99_ms", "p99.9_ms")]
            return " / ".join(map(number, times))

        return self.by_server(self.results.choices("grid", "connections"),
                              clients_in_words, cell)

    def rates(self):
        return self.by_server(
            self.results.choices("grid", "connections"),
            clients_in_words,
            lambda server, clients: number(self.results.median(
                "grid", server, "per_second", clients, 1)))

    def shapes(self):
        if not self.told:
            return "Too little was measured."
        words = {True: "held", False: "**not held**"}
        return table(["", ""], [[words[held], text]
                                for held, text in self.told])


def write(path, results, about, told):
    page = Page(results, about, told)
    text = (NOTES / "lab.md").read_text()

    def fill(mark):
        content = getattr(page, mark[1])()
        return f"<!-- lab:{mark[1]} -->\n{content}\n<!-- lab -->"

    text = re.sub(r"<!-- lab:(\w+) -->\n.*?<!-- lab -->", fill, text,
                  flags=re.DOTALL)
    with open(path, "w") as file:
        file.write(text)
