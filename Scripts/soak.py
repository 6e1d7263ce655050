#!/usr/bin/env python3
"""Runs lambda-local under load for minutes, kills its functions at random, and restarts it again and again.

    swift build -c release --product lambda-local
    python3 Scripts/soak.py .build/release/lambda-local [--minutes 10] [--clients 24] [--restart-after 20] [--seed N]

Clients invoke a function through the function URL, Invoke and InvokeWithResponseStream; some hang up in the middle. Processes of
the function are killed with SIGKILL. lambda-local is stopped with SIGINT, SIGTERM, SIGHUP and SIGQUIT in turn, half of the times
while the clients send requests.

The run fails when a client waits longer than 30 seconds, when lambda-local does not exit with status 0 within 3 seconds of a
signal, when it has more open descriptors after a round than before, or when a process of the function or a connection is left
after it has exited.
"""

import argparse
import collections
import http.client
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import threading
import time

FUNCTION = pathlib.Path(__file__).resolve().parent.parent / "Tests/LambdaFunctions/function.py"
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]
CLIENT_TIMEOUT = 30
INVOKE = "/2015-03-31/functions/function/invocations"
STREAM = "/2021-11-15/functions/function/response-streaming-invocations"
# In /proc/net/tcp: the state of a socket that only remembers a closed connection.
TIME_WAIT = "06"


class LambdaLocal:
    """One run of lambda-local, and what it leaves behind."""

    def __init__(self, program, concurrency):
        self.mark = f"soak-{os.getpid()}-{time.monotonic_ns()}"
        self.process = subprocess.Popen(
            [program, "--port", "0", "--runtime-port", "0", "--timeout", "5", "--concurrency", str(concurrency),
             "--", sys.executable, str(FUNCTION)],
            env=dict(os.environ, SOAK_MARK=self.mark), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.ports = []
        while len(self.ports) < 1 + concurrency:
            line = self.process.stderr.readline()
            if not line:
                sys.exit("lambda-local ended before it announced its ports")
            if port := re.search(r"(?:function URL|Runtime API): .*:(\d+)", line):
                self.ports.append(int(port[1]))
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self):
        for _ in self.process.stderr:
            pass

    def functions(self):
        """The processes that were started for the function, lambda-local itself excluded."""
        found = []
        for entry in os.listdir("/proc"):
            if not entry.isdigit() or int(entry) == self.process.pid:
                continue
            try:
                with open(f"/proc/{entry}/environ") as environment:
                    if self.mark in environment.read():
                        found.append(int(entry))
            except OSError:
                pass
        return found

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

    def connections(self):
        """Sockets of its ports that are not just waiting for their time to end."""
        ports = {f"{port:04X}" for port in self.ports}
        left = 0
        for table in ("/proc/net/tcp", "/proc/net/tcp6"):
            with open(table) as lines:
                for line in list(lines)[1:]:
                    fields = line.split()
                    if fields[1].rsplit(":", 1)[1] in ports and fields[3] != TIME_WAIT:
                        left += 1
        return left


class Clients:
    """Threads that invoke the function until the run ends, and a count of what became of each request."""

    def __init__(self, count, seed):
        self.outcomes = collections.Counter()
        self.slowest = 0.0
        self.port = None
        self.is_over = False
        self.lock = threading.Condition()
        self.busy = 0
        self.threads = [
            threading.Thread(target=self._run, args=(random.Random(f"{seed} {number}"),), daemon=True)
            for number in range(count)
        ]
        for thread in self.threads:
            thread.start()

    def send_to(self, port):
        with self.lock:
            self.port = port
            self.lock.notify_all()

    def pause(self):
        """Lets no new request begin and waits for those that were sent."""
        with self.lock:
            self.port = None
            return self.lock.wait_for(lambda: self.busy == 0, CLIENT_TIMEOUT + 10)

    def end(self):
        with self.lock:
            self.is_over = True
            self.lock.notify_all()
        for thread in self.threads:
            thread.join(CLIENT_TIMEOUT + 10)

    def _run(self, choose):
        while True:
            with self.lock:
                self.lock.wait_for(lambda: self.port or self.is_over)
                if self.is_over:
                    return
                port = self.port
                self.busy += 1
            begin = time.monotonic()
            outcome = self._request(port, choose)
            took = time.monotonic() - begin
            with self.lock:
                self.outcomes[outcome] += 1
                self.slowest = max(self.slowest, took)
                self.busy -= 1
                self.lock.notify_all()
            if outcome == "refused":
                time.sleep(0.05)

    def _request(self, port, choose):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=CLIENT_TIMEOUT)
        hangs_up = False
        try:
            match choose.randrange(8):
                case 0 | 1:
                    client.request("GET", "/hello")
                case 2:
                    client.request("GET", f"/large/{choose.randrange(2_000_000)}")
                case 3:
                    hangs_up = True
                    client.request("GET", "/large/4000000")
                case 4:
                    client.request("POST", INVOKE, b'{"do":"ping"}')
                case 5:
                    client.request("POST", STREAM, b'{"do":"hello"}')
                case 6:
                    client.request("GET", "/fail-midway")
                case 7:
                    client.request("GET", "/die")
            response = client.getresponse()
            if hangs_up:
                response.read(choose.randrange(1, 200_000))
                return "hung up by the client"
            response.read()
            return f"answered {response.status}"
        except TimeoutError:
            return "WAITED TOO LONG"
        except ConnectionRefusedError:
            return "refused"
        except (OSError, http.client.HTTPException):
            return "disconnected"
        finally:
            client.close()


def kill(process):
    """Kills a process, unless it has just ended by itself."""
    try:
        os.kill(process, signal.SIGKILL)
        return True
    except ProcessLookupError:
        return False


def settled(measure, isGood, seconds):
    """Measures until the value is good or the time is over, and returns the last value."""
    end = time.monotonic() + seconds
    while not isGood(value := measure()) and time.monotonic() < end:
        time.sleep(0.02)
    return value


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("program")
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--clients", type=int, default=24)
    options.add_argument("--concurrency", type=int, default=4)
    options.add_argument("--restart-after", type=float, default=20)
    options.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = options.parse_args()
    print(f"seed {options.seed}", flush=True)
    choose = random.Random(options.seed)
    clients = Clients(options.clients, options.seed)
    faults = []
    rounds = kills = peak = 0
    slowest_stop = 0.0
    end = time.monotonic() + options.minutes * 60
    while time.monotonic() < end:
        local = LambdaLocal(options.program, options.concurrency)
        # Each process of the function holds one connection to its Runtime API.
        settled(local.functions, lambda found: len(found) == options.concurrency, 10)
        before = settled(local.descriptors, lambda _: False, 1)
        clients.send_to(local.ports[0])
        round_end = time.monotonic() + options.restart_after
        while time.monotonic() < round_end:
            time.sleep(choose.uniform(0.2, 1.5))
            if found := local.functions():
                kills += kill(choose.choice(found))
        is_busy = rounds % 2 == 0
        if not is_busy:
            if not clients.pause():
                faults.append(f"round {rounds}: clients still wait")
            settled(local.functions, lambda found: len(found) == options.concurrency, 10)
            after = settled(local.descriptors, lambda count: count <= before, 10)
            if after > before:
                faults.append(f"round {rounds}: {before} descriptors before, {after} after")
        peak = max(peak, local.memory())
        which = SIGNALS[rounds % len(SIGNALS)]
        begin = time.monotonic()
        local.process.send_signal(which)
        try:
            status = local.process.wait(10)
        except subprocess.TimeoutExpired:
            status = "does not end"
            local.process.kill()
        slowest_stop = max(slowest_stop, time.monotonic() - begin)
        if status != 0 or time.monotonic() - begin > 3:
            faults.append(f"round {rounds}: {which.name}: status {status} after {time.monotonic() - begin:.1f} s")
        if not clients.pause():
            faults.append(f"round {rounds}: clients still wait after lambda-local has exited")
        if left := settled(local.functions, lambda found: not found, 1):
            faults.append(f"round {rounds}: processes left: {left}")
            for process in left:
                kill(process)
        if left := settled(local.connections, lambda count: count == 0, 1):
            faults.append(f"round {rounds}: {left} connections left")
        rounds += 1
    clients.end()

    for outcome, count in sorted(clients.outcomes.items()):
        print(f"{count:8} {outcome}")
    print(f"{sum(clients.outcomes.values()):8} requests, the slowest took {clients.slowest:.1f} s")
    print(f"{rounds} starts and stops, the slowest stop took {slowest_stop:.2f} s; {kills} processes killed; peak {peak / 1024:.1f} MiB")
    if clients.outcomes["WAITED TOO LONG"]:
        faults.append(f"{clients.outcomes['WAITED TOO LONG']} requests waited longer than {CLIENT_TIMEOUT} s")
    print("\n".join(faults) or "no fault")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
