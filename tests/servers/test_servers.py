"""The helpers themselves: real servers answer, end with us, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg  # type: ignore[import-untyped]  # has no types
import pika  # type: ignore[import-untyped]  # has no types
import psutil  # type: ignore[import-untyped]  # has no types
import pytest
import redis

from tests.servers import postgres, process
from tests.servers.process import PORTS, free_port


def is_open(url: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=1):
            return True
    except OSError:
        return False


def test_free_ports_are_outside_the_range_of_outgoing_connections() -> None:
    ports = {free_port() for _ in range(50)}
    assert len(ports) > 40
    assert all(port in PORTS for port in ports)


def test_data_in_memory_goes_with_the_run_that_made_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "MEMORY", tmp_path)
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    left = tmp_path / f"tanfang-nobody-{ended.pid}-abc"
    ours = tmp_path / f"tanfang-nobody-{os.getpid()}-abc"
    for folder in (left, ours):
        (folder / "data").mkdir(parents=True)
    assert process.memory_disk() == tmp_path
    assert (left.exists(), ours.exists()) == (False, True)
    monkeypatch.setattr(process, "MEMORY_NEEDED", 1 << 60)
    assert process.memory_disk() is None


@pytest.mark.postgres
async def test_postgresql_18_answers(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    try:
        assert str(await connection.fetchval("SHOW server_version")).startswith("18.")
        assert await connection.fetchval("SHOW server_encoding") == "UTF8"
    finally:
        await connection.close()


@pytest.mark.postgres
async def test_postgresql_ends_at_once_though_somebody_is_connected() -> None:
    with postgres() as url:
        connection = await asyncpg.connect(url)
        before = time.monotonic()
    assert time.monotonic() - before < 10
    assert not is_open(url)
    connection.terminate()


@pytest.mark.redis
def test_valkey_answers(valkey_url: str) -> None:
    with redis.Redis.from_url(valkey_url) as client:
        client.set("key", "value")
        assert client.get("key") == b"value"


@pytest.mark.rabbitmq
def test_rabbitmq_carries_a_message(rabbitmq_url: str) -> None:
    with pika.BlockingConnection(pika.URLParameters(rabbitmq_url)) as connection:
        channel = connection.channel()
        channel.queue_declare("letters")
        channel.basic_publish("", "letters", b"hello")
        _, _, body = channel.basic_get("letters", auto_ack=True)
    assert body == b"hello"


STARTS_ONE = """
import sys, time
from tests.servers import {name}
with {name}() as url:
    print(url, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("name", ["valkey", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def test_a_server_does_not_outlive_a_killed_test_run(name: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(f"{name}_url")  # skipped with its reason where the server is missing
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_ONE.format(name=name)], cwd=root, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        url = starter.stdout.readline().strip()
        assert is_open(url)
        children = psutil.Process(starter.pid).children(recursive=True)
        os.kill(starter.pid, signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
    assert not is_open(url)
