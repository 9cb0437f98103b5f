"""A worker as a process of its own, on the database of a test: `python -m tests.jobs.process DATABASE WISH...`."""

import os
import sys

from tests.conftest import HOME
from tocsin.project import databases


def main() -> None:
    name, how = sys.argv[1], set(sys.argv[2:])
    databases.start(home=HOME, database_url="", durable=False)

    from django.db import connections

    where = databases.settings(home=HOME, database_url="", pooled=False)
    for alias in ("default", "ingest", "owner"):
        connections.settings[alias].update(HOST=where[alias]["HOST"], PORT=where[alias]["PORT"], NAME=name)

    from procrastinate.contrib.django import app

    import tests.jobs.samples  # noqa: F401  (declares the tasks)
    from tocsin.jobs import worker

    # Clock tasks of the apps would come and go among those that the tests look at.
    app.periodic_registry.periodic_tasks.clear()

    print("ready", os.getpid(), flush=True)
    print(worker.run(worker.Wish(until_idle="until-idle" in how, grace_s=10, concurrency=2)), flush=True)


if __name__ == "__main__":
    main()
