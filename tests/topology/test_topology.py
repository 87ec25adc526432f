"""The deployment as processes: whichever of them dies comes back by being started, and the site serves again."""

from __future__ import annotations

import urllib.error
from collections.abc import Iterator

import pytest

from tests.topology.machines import Topology, topology

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Topology]:
    with topology(tmp_path_factory.mktemp("topology")) as made:
        made.start_app(web_processes=1)
        yield made


def test_every_part_runs_under_its_name(running: Topology) -> None:
    expected = {"redis", "mail", "primary", "replica", "web1", "web2", "worker1", "worker2"}
    assert set(running.processes) - {"nginx"} == expected
    assert all(process.is_running for process in running.processes.values())
    assert {log.stem for log in (running.folder / "logs").iterdir()} == set(running.processes)


def test_the_replica_has_what_the_primary_has(running: Topology) -> None:
    running.wait_for_replica()
    query = "SELECT version_num, pg_is_in_recovery() FROM alembic_version"
    ((revision, _),) = running.rows(query)
    assert running.rows(query, on=running.replica) == [(revision, True)]


@pytest.mark.parametrize("name", ["primary", "replica", "redis", "mail", "web1", "worker2", "nginx"])
def test_what_was_killed_serves_again_when_it_is_started(running: Topology, name: str) -> None:
    if name not in running.processes:
        pytest.skip("there is no nginx on this machine: make nginx")
    process = running.processes[name]
    dead = process.kill()
    assert not process.is_running
    process.start()
    assert process.pid != dead
    for node in running.web_nodes:
        running.wait_until_ready(node)
    running.wait_for(running.is_ready, "the site")
    running.wait_for_replica()


def test_without_its_database_the_site_says_so_and_recovers_by_itself(running: Topology) -> None:
    running.processes["primary"].stop()
    with pytest.raises(urllib.error.HTTPError) as refused:
        running.open("/health/ready")
    assert refused.value.code == 503
    assert refused.value.read() == b"The database does not answer.\n"
    running.processes["primary"].start()
    running.wait_for(running.is_ready, "the site")


def test_the_worker_and_a_web_node_end_in_peace_when_they_are_asked_to(running: Topology) -> None:
    for name in ("worker1", "web2"):
        assert running.processes[name].stop() == 0
        running.processes[name].start()
    running.wait_until_ready("web2")
