#!/usr/bin/env python3
"""The laboratory: every way of waiting for clients, under the same loads.

    tests/lab/lab.py full|quick|smoke|draw [--bin bin] [--out build/lab]
                     [--notes DIR] [--only NAME,NAME]

    grid    each server with 1 to 10,000 clients who ask, 1 to 64 requests in
            one write; half of them GETs; 64-byte values
    crowd   ten clients who ask among up to 10,000 who say nothing
    calls   the grid again, a part of it, with system calls counted

What is compared is measured side by side: a round goes through all loads, and
each load through all servers. `full` takes about 20 minutes and writes the
figures and plots of notes/lab.md; `quick` takes a minute or two and writes the
same page beside the CSV; `smoke` is for the tests, and too short for shapes to
be relied on. `draw` measures nothing, and makes page and plots anew from the
CSV."""

import argparse
import json
import os
import resource
import sys
import time

import machine
import measure
import page
import plots
import results
import servers
import shapes

PLANS = {
    "full": {"rounds": 3, "seconds": 0.6, "clients": [1, 10, 100, 1000, 10000],
             "depths": [1, 16, 64], "idle": [0, 100, 1000, 10000],
             "calls_clients": [10, 100], "calls_depths": [1, 16, 64]},
    "quick": {"rounds": 1, "seconds": 0.2, "clients": [10, 100, 1000],
              "depths": [1, 16], "idle": [0, 1000],
              "calls_clients": [100], "calls_depths": [1, 16]},
    "smoke": {"rounds": 1, "seconds": 0.2, "clients": [10], "depths": [1, 16],
              "idle": [0, 300], "calls_clients": [10],
              "calls_depths": [1, 16]},
}
ACTIVE = 10  # of the crowd, those who ask
SPARE = 100  # descriptors that are not clients


class Lab:
    def __init__(self, args):
        self.bin, self.out = args.bin, args.out
        self.plan = PLANS[args.plan]
        self.taking_part = [server for server in servers.find_all(args.bin)
                            if args.only in ("", server.name)
                            or server.name in args.only.split(",")]
        self.clients = self.all_clients(self.plan["clients"])
        self.idle = self.all_clients(self.plan["idle"])
        self.counter = measure.find_counter()
        self.rows = []
        self.log = open(f"{args.out}/servers.log", "w")

    def all_clients(self, choices):
        """Without those who may not have a descriptor each."""
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        allowed = [count for count in choices if count + SPARE <= hard]
        for count in choices:
            if count not in allowed:
                print(f"lab: no {count} clients: a process may have no more"
                      f" than {hard} descriptors (ulimit -Hn)")
        return allowed

    def run(self):
        for number in range(1, self.plan["rounds"] + 1):
            self.grid(number)
            self.crowd(number)
            self.save()
        if self.counter:
            self.calls()
            self.save()
        else:
            print("lab: no perf and no strace: system calls are not counted")

    def save(self):
        results.write(f"{self.out}/lab.csv", self.rows)

    def loads(self, clients, depths):
        """(clients, depth, server), servers side by side."""
        for count in clients:
            for depth in depths:
                for server in self.taking_part:
                    if server.takes(depth):
                        yield count, depth, server

    def grid(self, number):
        for clients, depth, server in self.loads(self.clients,
                                                 self.plan["depths"]):
            self.measure("grid", number, server, clients, depth, 0)

    def crowd(self, number):
        for idle in self.idle:
            for server in self.taking_part:
                self.measure("crowd", number, server, ACTIVE, 1, idle)

    def calls(self):
        path = f"{self.out}/calls"
        for clients, depth, server in self.loads(self.plan["calls_clients"],
                                                 self.plan["calls_depths"]):
            with self.start(server) as running:
                options = ["-c", clients, "-P", depth, "--seconds",
                           self.plan["seconds"]]
                self.keep("calls", 1, server, measure.system_calls(
                    self.counter, self.bin, server, running, options, path))

    def start(self, server):
        running = server.start(self.log)
        measure.fill(self.bin, server, running.port)
        return running

    def measure(self, experiment, number, server, clients, depth, idle):
        # With many clients the first turn of all takes so long that it has to
        # count.
        seconds = self.plan["seconds"] * (2 if clients >= 10000 else 1)
        warmup = seconds / 5 if clients < 1000 else 0
        options = ["-c", clients, "-P", depth, "--idle", idle, "--seconds",
                   seconds, "--warmup", warmup]
        with self.start(server) as running:
            self.keep(experiment, number, server,
                      measure.load(self.bin, server, running, options))

    def keep(self, experiment, number, server, row):
        row |= {"experiment": experiment, "round": number,
                "server": server.name, "group": server.group,
                "idea": server.idea}
        self.rows.append(row)
        print(f"{experiment:6} {number}  {server.name:16} "
              f"{row['connections']:>6} clients {row['idle']:>6} idle  "
              f"P={row['pipeline']:<3} {row['per_second']:>9}/s  "
              f"p99 {float(row['p99_ms']):9.3f} ms  "
              f"{float(row['server_us']):7.3f} us  {row.get('calls', '')}",
              flush=True)


def run(args):
    os.makedirs(args.out, exist_ok=True)
    began = time.monotonic()
    about = machine.describe()
    lab = Lab(args)
    lab.run()
    about += machine.describe_run(args.plan, lab, time.monotonic() - began)
    with open(f"{args.out}/machine.json", "w") as file:
        json.dump(about, file, indent=1)


def draw(args):
    """Page and plots, and whether all shapes hold."""
    measured = results.Results(results.read(f"{args.out}/lab.csv"))
    with open(f"{args.out}/machine.json") as file:
        about = json.load(file)
    told = shapes.check(measured)
    notes = args.notes or (page.NOTES if args.plan == "full" else args.out)
    plots.draw(measured, f"{notes}/lab")
    page.write(f"{notes}/lab.md", measured, about, told)
    for held, text in told:
        print(("held      " if held else "NOT HELD  ") + text)
    print(f"lab: {args.out}/lab.csv, {notes}/lab.md")
    return all(held for held, _ in told)


def main():
    arguments = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("plan", choices=[*PLANS, "draw"])
    arguments.add_argument("--bin", default="bin")
    arguments.add_argument("--out", default="build/lab")
    arguments.add_argument("--notes", help="where page and plots go")
    arguments.add_argument("--only", default="", metavar="NAME,NAME",
                           help="these servers alone")
    args = arguments.parse_args()
    if args.plan != "draw":
        run(args)
    held = draw(args)
    sys.exit(0 if held or args.plan == "smoke" else 1)


if __name__ == "__main__":
    main()
