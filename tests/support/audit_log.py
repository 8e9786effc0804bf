"""What Apache Kafka's authorizer noted: who did what, and who was kept from what."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from tests.support.access_rights import Right

_LOGGER = "kafka.authorizer.logger"
_NODE = "1"
_LINE = re.compile(
    r"Principal = User:(?P<user>\S+) is (?P<verdict>Allowed|Denied) operation = (?P<operation>\w+) from host = \S+"
    r" on resource = (?P<kind>\w+):LITERAL:(?P<name>\S+) "
)
_KINDS = {"Topic": "topic", "Group": "group", "TransactionalId": "transactional id"}


@dataclass(frozen=True)
class Deed:
    """Something that a user did, or wanted to do."""

    user: str
    operation: str
    kind: str
    name: str
    allowed: bool

    def uses(self, right: Right) -> bool:
        """Say whether it needed this very right. Pure."""
        named = self.name.startswith(right.name) if right.prefixed else self.name == right.name
        same = (self.kind, self.operation) == (right.kind, _screaming(right.operation))
        return self.allowed and named and same


def _screaming(operation: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).upper()


class AuditLog:
    """The authorizer's log while a `with` block runs: every decision, where the broker writes refusals alone before."""

    def __init__(self, bootstrap: str, path: Path) -> None:
        self._admin = KafkaAdminClient(bootstrap_servers=bootstrap)
        self._path = path

    def __enter__(self) -> Self:
        self._set("DEBUG")
        return self

    def __exit__(self, *_: object) -> None:
        self._set("WARN")
        self._admin.close()

    def deeds(self) -> list[Deed]:
        """Return all decisions so far, in their order."""
        return [
            Deed(
                found["user"],
                found["operation"],
                _KINDS.get(found["kind"], found["kind"]),
                found["name"],
                found["verdict"] == "Allowed",
            )
            for found in _LINE.finditer(self._path.read_text(encoding="utf-8"))
        ]

    def _set(self, level: str) -> None:
        self._admin.alter_configs([ConfigResource(ConfigResourceType.BROKER_LOGGER, _NODE, configs={_LOGGER: level})])
