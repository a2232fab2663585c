"""What must be true on any machine, if the lessons are: how one figure stands
to another, never how large one is. Each shape is (held, text); what was not
measured is not judged."""

# 03 reads and writes each request by itself. In 06 the threads wait for one
# lock, and giving it to the next in line costs more than a short request.
UNBATCHED = ("03-threads", "06-resp")
LOOPS = ("epoll", "coroutines", "uring")


class Shapes:
    def __init__(self, results):
        self.results, self.told = results, []
        self.idle = results.choices("crowd", "idle")
        self.depths = results.choices("grid", "pipeline")
        # Enough clients to keep any server busy.
        self.clients = min(results.choices("grid", "connections"),
                           key=lambda n: abs(n - 100))

    def ours(self, *ideas):
        """Servers that wait in one of these ways."""
        return [server for server in self.results.servers
                if self.results.group[server] != "other"
                and self.results.idea[server] in ideas]

    def tell(self, text, a, b, holds):
        """`text` names both numbers, {a} and {b}."""
        if a is None or b is None:
            return
        self.told.append((holds(a, b),
                          text.format(a=f"{a:.3g}", b=f"{b:.3g}")))

    def crowd_cost(self, server, idle):
        return self.results.median("crowd", server, "server_us", idle=idle)

    def busy(self, server, column, depth, experiment="grid"):
        clients = self.clients if experiment == "grid" else max(
            self.results.choices("calls", "connections"), default=None)
        return self.results.median(experiment, server, column,
                                   connections=clients, depth=depth)

    def poll_pays_for_the_idle(self):
        most = self.idle[-1]
        if most < 1000:
            return
        for server in self.ours("poll"):
            self.tell(f"{server}: {most} idle clients make a request of ten"
                      " others cost more than twice as much ({a} and {b} µs)",
                      self.crowd_cost(server, most),
                      self.crowd_cost(server, 0), lambda a, b: a > 2 * b)

    def the_others_do_not(self):
        most = self.idle[-1]
        for server in self.ours(*LOOPS):
            self.tell(f"{server}: {most} idle clients make it cost less than"
                      " half more ({a} and {b} µs)",
                      self.crowd_cost(server, most),
                      self.crowd_cost(server, 0), lambda a, b: a < 1.5 * b)

    def pipelining_pays(self):
        for server in self.results.servers:
            if server in UNBATCHED:
                continue
            deep = self.depths[-1]
            self.tell(f"{server}: {deep} requests in one write cost less than"
                      " half each ({a} and {b} µs)",
                      self.busy(server, "server_us", deep),
                      self.busy(server, "server_us", 1),
                      lambda a, b: a < b / 2)

    def one_call_serves_many(self):
        deep = self.depths[-1]
        for server in self.results.servers:
            text = f"{server}: system calls a request, {deep} in one write" \
                   " and one ({a} and {b}): "
            a = self.busy(server, "calls", deep, "calls")
            b = self.busy(server, "calls", 1, "calls")
            if server == "03-threads":
                self.tell(text + "no fraction", a, b, lambda a, b: a > b / 2)
            elif server not in UNBATCHED:
                self.tell(text + "a fraction", a, b, lambda a, b: a < b / 2)

    def threads_take_memory(self):
        for one, other in (("03-threads", "05-pipelining"),
                           ("rung threads", "rung epoll")):
            if {one, other} <= set(self.results.servers):
                self.tell(f"{one}, {other}: an idle client takes more than"
                          " twice as much with a thread of its own ({a} and"
                          " {b} KiB)",
                          *(self.results.resident_per_connection(
                              "crowd", server, idle=self.idle[-1])
                            for server in (one, other)),
                          lambda a, b: a > 2 * b)

    def threads_take_turns(self):
        for one, other in (("03-threads", "05-pipelining"),
                           ("rung threads", "rung epoll")):
            if {one, other} <= set(self.results.servers):
                self.tell(f"{one}, {other}: at depth 1 the processor goes from"
                          " thread to thread more often ({a} and {b} times a"
                          " request)",
                          *(self.busy(server, "server_switches", 1)
                            for server in (one, other)), lambda a, b: a > b)

    def uring_saves_calls(self):
        for one, other in (("09-uring", "07-epoll"),
                           ("rung uring", "rung epoll")):
            if {one, other} <= set(self.results.servers):
                self.tell(f"{one}, {other}: fewer system calls a request at"
                          " depth 1 ({a} and {b})",
                          *(self.busy(server, "calls", 1, "calls")
                            for server in (one, other)),
                          lambda a, b: a < b / 2)

    def clients_wait_for_each_other(self):
        """Little's law: those inside = arrivals a second * time inside."""
        for server in self.results.servers:
            rate, mean = (self.busy(server, column, 1)
                          for column in ("per_second", "mean_ms"))
            inside = rate * mean / 1000 if rate and mean else None
            self.tell(f"{server}: requests a second times the time of one is"
                      " {a}, the clients are {b}", inside,
                      float(self.clients),
                      lambda a, b: 0.7 * b < a < 1.1 * b)


def check(results):
    shapes = Shapes(results)
    shapes.poll_pays_for_the_idle()
    shapes.the_others_do_not()
    shapes.pipelining_pays()
    shapes.one_call_serves_many()
    shapes.threads_take_memory()
    shapes.threads_take_turns()
    shapes.uring_saves_calls()
    shapes.clients_wait_for_each_other()
    return shapes.told
