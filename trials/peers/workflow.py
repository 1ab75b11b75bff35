"""SpiffWorkflow on submit, accept, decide: every step's state is in SQLite, flushed, before the next step begins.

    workflow.py FOLDER CLIENTS SECONDS BODY stored|memory

With `stored` every step reads its case back, as a server does whose people come on different days; with `memory` the
cases stay in the process, which is less work than ours. What favours the engine either way: all clients of a process
commit in one group, and there is a process for each core. Nobody's right to act is checked, nothing is sealed, nothing
is proved.
"""

import json
import multiprocessing
import os
import sqlite3
import sys
import time

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

FOLDER, CLIENTS, SECONDS, BODY = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
STORED = sys.argv[5] == "stored"
STEPS = ("submit", "accept", "decide")
FORM = "x" * BODY


def opened():
    base = sqlite3.connect(os.path.join(FOLDER, "workflow.db"), isolation_level=None, timeout=60)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=FULL")
    base.execute("CREATE TABLE IF NOT EXISTS permit (id TEXT PRIMARY KEY, step TEXT, state TEXT)")
    return base


def clients(which, count, results):
    """Takes `count` cases at a time through their steps, a group commit after each step."""
    parser = BpmnParser()
    parser.add_bpmn_file(os.path.join(os.path.dirname(__file__), "submit.bpmn"))
    spec = parser.get_spec("permit")
    serializer = BpmnWorkflowSerializer()
    base = opened()
    decided, waited = 0, []
    begun = time.perf_counter()
    while time.perf_counter() - begun < SECONDS:
        round_begun = time.perf_counter()
        cases = [BpmnWorkflow(spec) for _ in range(count)]
        for step in STEPS:
            rows = []
            for at, case in enumerate(cases):
                if STORED and step != "submit":
                    row = base.execute("SELECT state FROM permit WHERE id = ?", [f"{which}-{decided + at}"]).fetchone()
                    case = cases[at] = serializer.deserialize_json(row[0])
                case.do_engine_steps()
                task = case.get_next_task(state=TaskState.READY, manual=True)
                assert task.task_spec.name == step
                if step == "submit":
                    task.data["form"] = FORM
                else:
                    task.data[step] = True
                task.run()
                case.do_engine_steps()
                rows.append((f"{which}-{decided + at}", step, serializer.serialize_json(case)))
            base.execute("BEGIN IMMEDIATE")
            base.executemany(
                "INSERT INTO permit (id, step, state) VALUES (?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET step = excluded.step, state = excluded.state",
                rows,
            )
            base.execute("COMMIT")
        assert all(case.is_completed() for case in cases)
        decided += count
        waited.append(time.perf_counter() - round_begun)
    results.put((decided, time.perf_counter() - begun, waited))


if __name__ == "__main__":
    opened().close()
    results = multiprocessing.Queue()
    cores = max(1, min(os.cpu_count() or 1, CLIENTS))
    workers = [
        multiprocessing.Process(target=clients, args=(n, CLIENTS // cores, results)) for n in range(cores)
    ]
    for worker in workers:
        worker.start()
    done = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    waited = sorted(one for each in done for one in each[2])
    per_s = sum(decided / spent for decided, spent, _ in done)
    print(json.dumps({"figures": [
        {"work": "decide-sqlite", "unit": "1/s", "value": per_s},
        {"work": "decide-sqlite-p50", "unit": "ms", "value": waited[len(waited) // 2] * 1000},
    ]}))
