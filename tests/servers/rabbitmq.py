"""RabbitMQ from Debian's package, on ports and in folders of its own."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import MissingServer, folder_of, free_port, running

PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


def find_user() -> str:
    """Who may run it: the package's own user, else ourselves. Raises MissingServer."""
    if not PROGRAM.exists() or not shutil.which("epmd"):
        raise MissingServer("RabbitMQ: apt-get install rabbitmq-server (make test does where root allows)")
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    return "rabbitmq"


@contextmanager
def rabbitmq() -> Iterator[str]:
    """Address of a fresh broker: amqp://…"""
    user = find_user()
    with folder_of(user) as folder:
        port, epmd, distribution = free_port(), free_port(), free_port()
        environment = {
            "RABBITMQ_NODENAME": f"tanfang{secrets.token_hex(4)}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_DIST_PORT": str(distribution),
            "ERL_EPMD_PORT": str(epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "no-plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "no-settings"),
            "RABBITMQ_CONFIG_FILE": str(folder / "no-config"),
            "RUNNING_UNDER_SYSTEMD": "true",  # the broker itself, without a shell around it
        }
        # Erlang's port mapper would be started in the background and outlive the broker; ours ends with it.
        mapper = [shutil.which("epmd") or "epmd", "-port", str(epmd), "-address", "127.0.0.1"]
        with (
            running(mapper, epmd, folder, user, {}),
            running([PROGRAM], port, folder, user, environment),
        ):
            yield f"amqp://guest:guest@127.0.0.1:{port}"
