"""One measurement: a server, so many clients, one load. What it took is told by
rung-bench (--server-pid), but for the system calls, which perf or strace
count, in a run of their own, because counting costs time."""

import csv
import io
import re
import shutil
import signal
import subprocess
import time

KEYS = 10000
BYTES = 64
ATTEMPTS = 5  # on a busy machine rung-bench may get no turn in its time
TIMEOUT = 120  # s; nothing may hang

PERF_EVENT = "raw_syscalls:sys_enter"


def bench(bin_dir, proto, port, options, before=()):
    """The row of figures, as a dict of texts."""
    words = [*before, f"{bin_dir}/rung-bench", "-p", str(port), "--proto",
             proto, "-k", str(KEYS), "-d", str(BYTES), "--format", "csv",
             *(str(option) for option in options)]
    for _ in range(ATTEMPTS):
        ran = subprocess.run(words, capture_output=True, text=True,
                             timeout=TIMEOUT, check=False)
        if ran.returncode == 0:
            [row] = csv.DictReader(io.StringIO(ran.stdout))
            return row
        print(f"lab: {' '.join(words)}\n{ran.stderr}", end="")
    raise SystemExit(f"lab: {ATTEMPTS} times in vain")


def fill(bin_dir, server, port):
    bench(bin_dir, server.proto, port, ["--fill", "-n", 1, "-c", 10])


def load(bin_dir, server, running, options):
    return bench(bin_dir, server.proto, running.port,
                 ["--server-pid", running.pid, *options])


def find_counter():
    """perf, strace or nothing."""
    if shutil.which("perf"):
        tried = subprocess.run(["perf", "stat", "-x,", "-e", PERF_EVENT,
                                "true"], capture_output=True, text=True,
                               check=False)
        if tried.returncode == 0 and re.match(r"\d+,", tried.stderr):
            return "perf"
    return "strace" if shutil.which("strace") else ""


def calls_by_perf(bin_dir, server, running, options, path):
    row = bench(bin_dir, server.proto, running.port, options,
                ["perf", "stat", "-x,", "-e", PERF_EVENT, "-p",
                 str(running.pid), "-o", path])
    with open(path) as told:
        [line] = [line for line in told if PERF_EVENT in line]
    return row, int(line.split(",")[0])


def calls_by_strace(bin_dir, server, running, options, path):
    tracer = subprocess.Popen(["strace", "-f", "-c", "-o", path, "-p",
                               str(running.pid)], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    try:
        row = bench(bin_dir, server.proto, running.port, options)
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(TIMEOUT)
    with open(path) as told:
        counts = [line.split()[3] for line in told
                  if re.match(r" *[\d.]+ +[\d.]+ +\d+ +\d+ ", line)
                  and not line.rstrip().endswith("total")]
    return row, sum(int(count) for count in counts)


def system_calls(counter, *args):
    """The row, with the calls for each request in it."""
    count = calls_by_perf if counter == "perf" else calls_by_strace
    row, calls = count(*args)
    row["calls"] = f"{calls / int(row['replies']):.4f}"
    return row
