"""The plots, drawn by gnuplot. A colour stands for a way of waiting, chapters on
the left and complete servers on the right, on the same scales."""

import os
import shutil
import subprocess

COLOURS = {"threads": "#d95f02", "poll": "#7570b3", "epoll": "#1b9e77",
           "coroutines": "#e7298a", "uring": "#1f78b4",
           "redis": "#a6761d", "memcached": "#666666"}
DASHED = {"04-poll", "06-resp", "memcached"}  # where a colour comes twice

SETUP = """
set terminal svg size 960,{height} font "sans-serif,13" background "white"
set output "{path}"
set border 3 lc rgb "#555555"
set tics nomirror
set grid ytics lc rgb "#dddddd"
set key {key}
"""


def colour(results, server):
    return COLOURS.get(server, COLOURS[results.idea[server]])


def run(script):
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def blocks(results, points):
    """The data: a block for each server that has any."""
    script, drawn = "", []
    for server in results.servers:
        lines = [(x, y) for x, y in points(server) if y is not None]
        if lines:
            drawn.append(server)
            script += f"$d{len(drawn)} << E\n" + "".join(
                f"{x} {y}\n" for x, y in lines) + "E\n"
    return script, drawn


def ticks(values, label):
    return ", ".join(f'"{label(value)}" {value}' for value in values)


def round_numbers(least, most):
    """1, 2 and 5 times powers of ten; these alone when there are many."""
    powers = [10.0 ** n for n in range(-6, 9)]
    digits = (1, 2, 5) if most / least < 300 else (1,)
    return [power * digit for power in powers for digit in digits
            if least <= power * digit <= most]


def lines(results, path, title, xlabel, ylabel, points, label="{:,}".format):
    """One curve for each server. `points(server)` gives (x, y); `label` names
    an x. Both axes are logarithmic."""
    data, drawn = blocks(results, points)
    if not drawn:
        return
    every = [(x, y) for server in drawn for x, y in points(server) if y]
    xs = sorted({x for x, _ in every})
    least = min(y for _, y in every) * 0.8
    most = max(y for _, y in every) * 1.25
    script = SETUP.format(height=460, path=path, key="bottom center outside"
                          " horizontal samplen 2 width 1 maxcols 3") + data
    script += f"""
set logscale xy
set bmargin 8
set xlabel "{xlabel}"
set xrange [{xs[0] * 0.8}:{xs[-1] * 1.25}]
set xtics ({ticks(xs, label)})
set yrange [{least}:{most}]
set ytics ({ticks(round_numbers(least, most), "{:,g}".format)})
set multiplot layout 1,2 title "{title}"
"""
    for heading, groups in (("chapters", ("chapter",)),
                            ("complete servers", ("rung", "other"))):
        curves = [curve(results, server, number)
                  for number, server in enumerate(drawn, 1)
                  if results.group[server] in groups]
        script += f'set title "{heading}"\nset ylabel "{ylabel}"\n'
        script += f"plot {', '.join(curves)}\n" if curves else \
            "set multiplot next\n"
    run(script + "unset multiplot\n")


def curve(results, server, number):
    dash = ' dashtype "-"' if server in DASHED else ""
    return (f'$d{number} using 1:2 with linespoints title "{server}"'
            f' linewidth 2 pointtype 7 pointsize 0.5{dash}'
            f' linecolor rgb "{colour(results, server)}"')


def bars(results, path, title, ylabel, value):
    """One bar for each server, with its number above it."""
    chosen = [(server, value(server)) for server in results.servers
              if value(server) is not None]
    if not chosen:
        return
    script = SETUP.format(height=400, path=path, key="off")
    script += "$d << E\n"
    for n, (server, height) in enumerate(chosen):
        shade = "0x" + colour(results, server)[1:]
        script += f'{n} "{server}" {max(height, 0):.3g} {shade}\n'
    script += f"""E
set title "{title}"
set ylabel "{ylabel}"
set yrange [0:*]
set offsets 0.2, 0.2, graph 0.1, 0
set xtics rotate by -35
set style fill solid 0.85
set boxwidth 0.7
plot $d using 1:3:4:xtic(2) with boxes linecolor rgb variable, \\
    $d using 1:3:3 with labels offset 0,0.7
"""
    run(script)


def draw(results, folder):
    if not shutil.which("gnuplot"):
        print("lab: no plots: gnuplot is not installed (package gnuplot-nox,"
              " or make deps)")
        return
    os.makedirs(folder, exist_ok=True)
    clients = min(results.choices("grid", "connections"),
                  key=lambda n: abs(n - 100))
    counts = results.choices("grid", "connections")
    depths = results.choices("grid", "pipeline")
    idles = results.choices("crowd", "idle")
    most = idles[-1]
    bars(results, f"{folder}/thread.svg",
         f"Memory of the process for each of {most:,} idle clients", "KiB",
         lambda server: results.resident_per_connection("crowd", server,
                                                        idle=most))
    # Nobody is 1 on this axis: a logarithm has no zero.
    lines(results, f"{folder}/crowd.svg",
          "Processor time of a request by one of ten clients, among idle ones",
          "idle clients", "µs",
          lambda server: [(max(idle, 1), results.median(
              "crowd", server, "server_us", idle=idle)) for idle in idles],
          lambda x: "none" if x == 1 else f"{x:,}")
    lines(results, f"{folder}/pipelining.svg",
          f"Processor time of a request, {clients} clients",
          "requests in one write", "µs",
          lambda server: [(depth, results.median(
              "grid", server, "server_us", clients, depth))
              for depth in depths])
    lines(results, f"{folder}/clients.svg",
          "Requests a second, one at a time by each client", "clients",
          "1/s", lambda server: [(count, results.median(
              "grid", server, "per_second", count, 1)) for count in counts])
    asked = results.choices("calls", "connections")
    if asked:
        lines(results, f"{folder}/calls.svg",
              f"System calls of a request, {asked[-1]} clients",
              "requests in one write", "calls",
              lambda server: [(depth, results.median(
                  "calls", server, "calls", asked[-1], depth))
                  for depth in results.choices("calls", "pipeline")])
