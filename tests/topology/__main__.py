"""Start the whole deployment on this machine, and keep it running until ctrl-c.

The folder holds a log of each process, the letters that went out, and `environment` for commands beside it:
`set -a; . FOLDER/environment; set +a; flask ...`
"""

from __future__ import annotations

import argparse
import signal
import tempfile
import time
from pathlib import Path
from types import FrameType

from tests.topology.machines import Topology, topology


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.topology", description=__doc__)
    parser.add_argument("--folder", type=Path, help="where data and logs go: a new folder; else a temporary one")
    parser.add_argument("--web-nodes", type=int, default=2)
    parser.add_argument("--web-processes", type=int, default=2, help="of each web node")
    parser.add_argument("--threads", type=int, default=8, help="of each web process")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--durable", action="store_true", help="PostgreSQL waits for the disk, as in earnest")
    parser.add_argument("--no-nginx", action="store_true")
    parser.add_argument("--no-replica", action="store_true")
    parser.add_argument("--demo", metavar="NAME", help="a scenario to load before anything starts")
    parser.add_argument("--scale", default="1")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, _end)
    with tempfile.TemporaryDirectory(prefix="survey-topology-") as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        has_nginx = False if chosen.no_nginx else None
        with topology(folder.resolve(), durable=chosen.durable, replica=not chosen.no_replica, tls=has_nginx) as made:
            if chosen.demo:
                made.flask("demo", "load", chosen.demo, "--scale", chosen.scale)
            made.start_app(
                web_nodes=chosen.web_nodes,
                web_processes=chosen.web_processes,
                threads=chosen.threads,
                workers=chosen.workers,
            )
            _tell(made)
            _keep(made)


def _tell(made: Topology) -> None:
    file = made.folder / "environment"
    file.touch(mode=0o600)
    settings = made.environment | {"INSTANCE_PATH": str(made.folder / "instance-commands")}
    file.write_text("".join(f"{name}='{value}'\n" for name, value in settings.items() if name.isupper()))
    print(f"{made.address} (certificate: {made.proxy.certificate if made.proxy else 'none'})")  # noqa: T201
    for name, address in made.web_nodes.items():
        print(f"  {name}: {address}")  # noqa: T201
    for name, process in made.processes.items():
        print(f"  {name}: process {process.pid}, {made.folder / 'logs' / name}.log")  # noqa: T201
    print(f"Settings: {file}. ctrl-c ends all of it.", flush=True)  # noqa: T201


def _keep(made: Topology) -> None:
    """Start again what dies, as a supervisor does."""
    try:
        while True:
            time.sleep(1)
            for name, process in made.processes.items():
                if not process.is_running:
                    process.start()
                    print(f"  {name} had died: process {process.pid}", flush=True)  # noqa: T201
    except KeyboardInterrupt:
        pass


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
