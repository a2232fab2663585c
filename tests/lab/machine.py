"""On what all this was measured."""

import os
import platform
import re
import subprocess

import servers


def read(path, pattern, otherwise="?"):
    try:
        with open(path) as file:
            found = re.search(pattern, file.read())
    except OSError:
        found = None
    return found[1] if found else otherwise


def describe():
    """Rows of (what, text), before anything runs."""
    model = read("/proc/cpuinfo", r"model name\s*: (.*)")
    hypervisor = " (virtual)" if "hypervisor" in read(
        "/proc/cpuinfo", r"flags\s*: (.*)") else ""
    memory = int(read("/proc/meminfo", r"MemTotal: *(\d+)", "0")) / 1024 ** 2
    compiler = subprocess.run(["cc", "--version"], capture_output=True,
                              text=True, check=False).stdout.split("\n")[0]
    return [
        ("processors", f"{os.cpu_count()} of {model}{hypervisor}"),
        ("memory", f"{memory:.0f} GiB"),
        ("kernel, libc", f"Linux {platform.release()}, "
                         f"{' '.join(platform.libc_ver())}"),
        ("compiler", compiler),
        ("beside rung", ", ".join(servers.versions()) or "nobody"),
        ("load before", f"{os.getloadavg()[0]:.1f} threads were running or"
                        " waiting to run"),
    ]


def describe_run(name, lab, seconds):
    plan = lab.plan
    counter = {"perf": "perf stat -e raw_syscalls:sys_enter, in runs of their"
                       " own", "strace": "strace -c, in runs of their own",
               "": "not counted: neither perf nor strace can do it here"}
    return [
        ("run", f"`{name}`: rounds: {plan['rounds']}, {plan['seconds']} s for"
                f" each load; {seconds / 60:.1f} minutes in all"),
        ("system calls", counter[lab.counter]),
    ]
