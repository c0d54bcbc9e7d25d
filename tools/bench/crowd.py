"""A thousand connected customers doing different things at a steady rate, whether or not the portal keeps up."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from report import Section, ms, percentile
from serving import HERE, ROOT, Server, environment, prepare

CUSTOMERS, EVENTS_PER_SECOND, SECONDS = 1000, 100, 60
GENERATORS = 2
P95_GOAL = 0.2
SHARE_WITH_OFFERS, OFFERS_EACH = 0.15, 1


def measure_crowd() -> Section:
    section = Section(
        "A crowd", f"{CUSTOMERS:,} signed-in customers, each on a websocket of their own, {EVENTS_PER_SECOND} mixed events "
        f"a second for {SECONDS} s from {GENERATORS} load generators, one server process, SQLite. Milliseconds from the "
        "moment when the event was due until the whole answer is there.",
        ("event", "events", "p50", "p95", "p99", "longest"))
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        made = prepare("customers", folder, str(CUSTOMERS), str(OFFERS_EACH), str(SHARE_WITH_OFFERS))
        with Server(folder, PORTAL_SOCKETS_PER_ADDRESS=str(2 * CUSTOMERS), PORTAL_REQUESTS_PER_MINUTE="100000") as server:
            before = server.memory_bytes()
            results = _generate(folder, server, made["people"])
            after = server.memory_bytes()
            logged = server.errors()
    times: dict[str, list[float]] = {}
    errors: list[str] = list(logged[:5])
    for result in results:
        errors += result["errors"]
        for event, taken in result["times"].items():
            times.setdefault(event, []).extend(taken)
    everything = [seconds for taken in times.values() for seconds in taken]
    for event, taken in [*times.items(), ("all", everything)]:
        section.add(event, str(len(taken)), *(ms(percentile(taken, share)) for share in (0.5, 0.95, 0.99, 1)))
    entered = [seconds for result in results for seconds in result["entered"]]
    section.note += (f"\n\nConnecting and loading the first page, {CUSTOMERS:,} customers, a few at a time: p50 "
                     f"{ms(percentile(entered, 0.5))} ms, p95 {ms(percentile(entered, 0.95))} ms. Memory of the server: "
                     f"{before / 1e6:.0f} MB before, {after / 1e6:.0f} MB with everybody connected "
                     f"({(after - before) / CUSTOMERS / 1000:.0f} kB each).")
    p95, rate = percentile(everything, 0.95), len(everything) / SECONDS
    section.expect(f"p95 {ms(p95)} ms at {rate:.0f} events/s, goal < {1000 * P95_GOAL:.0f} ms", p95 < P95_GOAL)
    section.expect(f"{len(errors)} errors, goal 0{': ' + errors[0] if errors else ''}", not errors)
    return section


def _generate(folder: Path, server: Server, people: list[dict]) -> list[dict]:
    """Each generator has its share of the customers and of the rate; they begin together when all are connected."""
    processes = []
    for place in range(GENERATORS):
        file = folder / f"people-{place}.json"
        file.write_text(json.dumps({"url": server.url, "people": people[place::GENERATORS], "seconds": SECONDS,
                                    "seed": place, "rate": EVENTS_PER_SECOND / GENERATORS}))
        processes.append(subprocess.Popen([sys.executable, HERE / "generate.py", file], stdin=subprocess.PIPE,
                                          stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment(folder)))
    try:
        for process in processes:
            assert process.stdout
            assert process.stdout.readline().strip() == "connected"
        for process in processes:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        return [json.loads(process.communicate(timeout=SECONDS + 120)[0].splitlines()[-1]) for process in processes]
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
