"""Real servers on free ports, started by whoever needs them: `with postgres() as url:` and the like."""

from tests.servers.postgres import postgres
from tests.servers.process import MissingServer
from tests.servers.rabbitmq import rabbitmq
from tests.servers.valkey import valkey

__all__ = ["MissingServer", "postgres", "rabbitmq", "valkey"]
