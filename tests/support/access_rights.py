"""Users of the guarded listener, with the rights that the documentation lists, in place of its default names."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from pipeline.settings import TopicSettings, WorkerSettings
from tests.support.delivery import logger
from tests.support.kafka_broker import GuardedListener

PAGE = Path(__file__).parents[2] / "docs" / "access.md"
_ROW = re.compile(r"^\| ([a-z -]+) \| ([A-Za-z, ]+) \| (topic|group|transactional id) \| `([^`]+)` \|$", re.MULTILINE)
_OPERATIONS = {
    "Read": AclOperation.READ,
    "Write": AclOperation.WRITE,
    "Create": AclOperation.CREATE,
    "Describe": AclOperation.DESCRIBE,
    "DescribeConfigs": AclOperation.DESCRIBE_CONFIGS,
}
_KINDS = {
    "topic": ResourceType.TOPIC,
    "group": ResourceType.GROUP,
    "transactional id": ResourceType.TRANSACTIONAL_ID,
}
_ITERATIONS = 4096
_ANSWER_S_MAX = 20.0


@dataclass(frozen=True)
class Right:
    """One user may do one thing to one resource, or to all whose names begin so."""

    who: str
    operation: str
    kind: str
    name: str
    prefixed: bool

    def binding(self, user: str) -> AclBinding:
        """Return it as the broker knows it. Pure."""
        pattern = ResourcePatternType.PREFIXED if self.prefixed else ResourcePatternType.LITERAL
        principal, operation = f"User:{user}", _OPERATIONS[self.operation]
        kind, permission = _KINDS[self.kind], AclPermissionType.ALLOW
        return AclBinding(kind, self.name, pattern, principal, "*", operation, permission)


def listed_rights(who: str) -> list[Right]:
    """Return the rows of the documentation for somebody, one for each operation."""
    found = [
        Right(who, operation, kind, name.removesuffix("*"), name.endswith("*"))
        for each, operations, kind, name in _ROW.findall(PAGE.read_text(encoding="utf-8"))
        if each == who
        for operation in operations.split(", ")
    ]
    assert found, f"{PAGE.name} lists no rights for {who}"
    return found


class Doorkeeper:
    """Makes users and grants rights, as a super user on the plain listener.

    All names begin with `prefix`, so that tests can share a broker: `settings` are those of the documentation with it.
    """

    def __init__(self, bootstrap: str, listener: GuardedListener, directory: Path, prefix: str) -> None:
        self._admin = AdminClient({"bootstrap.servers": bootstrap, "logger": logger})
        self._listener = listener
        self._directory = directory
        self._prefix = prefix

    @property
    def names(self) -> dict[str, str]:
        """Return the settings that put the prefix before every default name."""
        topics = {name: value for name, value in asdict(TopicSettings()).items() if isinstance(value, str)}
        group = {"REDACT_WORKER_GROUP": self._prefix + WorkerSettings().group}
        return {f"REDACT_TOPICS_{name.upper()}": self._prefix + value for name, value in topics.items()} | group

    def admit(self, who: str, rights: Iterable[Right]) -> dict[str, str]:
        """Make a user with these rights and no other, and return the environment in which it connects."""
        user, password = f"{self._prefix}{who.replace(' ', '-')}", secrets.token_urlsafe(24)
        credential = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, _ITERATIONS)
        made = self._admin.alter_user_scram_credentials(
            [UserScramCredentialUpsertion(user, credential, password.encode())]
        )
        for answer in made.values():
            answer.result(_ANSWER_S_MAX)
        for granted in self._admin.create_acls([self._here(right).binding(user) for right in rights]).values():
            granted.result(_ANSWER_S_MAX)
        path = self._directory / f"{user}.password"
        path.write_text(password, encoding="utf-8")
        return {
            "REDACT_KAFKA_BOOTSTRAP_SERVERS": self._listener.bootstrap,
            "REDACT_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "REDACT_KAFKA_ALLOW_PLAINTEXT": "false",
            "REDACT_KAFKA_SSL_CA_FILE": str(self._listener.authority.certificate),
            "REDACT_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            "REDACT_KAFKA_SASL_USERNAME": user,
            "REDACT_KAFKA_SASL_PASSWORD_FILE": str(path),
        }

    def withdraw(self, environment: dict[str, str], right: Right) -> None:
        """Take a right away from a user."""
        binding = self._here(right).binding(environment["REDACT_KAFKA_SASL_USERNAME"])
        taken = AclBindingFilter(
            binding.restype,
            binding.name,
            binding.resource_pattern_type,
            binding.principal,
            binding.host,
            binding.operation,
            binding.permission_type,
        )
        for removed in self._admin.delete_acls([taken]).values():
            assert len(removed.result(_ANSWER_S_MAX)) == 1

    def _here(self, right: Right) -> Right:
        return replace(right, name=self._prefix + right.name)
