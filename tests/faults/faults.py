"""The faults, one function each: it returns when the fault is over, and outputs have to come again."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from confluent_kafka.admin import (
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    ResourceType,
)

from tests.faults.scene import SLOTS, Scene
from tests.support.delivery import poll_until
from tests.support.pipeline_lab import PARTITIONS, PURPOSES

_ADDED = 2
_TOO_SMALL_BYTES = 200
_LARGE_BYTES = 16 * 1024 * 1024
_ENDS_S_MAX = 40


def worker_killed(scene: Scene, dice: random.Random) -> None:
    """Kill -9 of one worker; its supervisor starts it again."""
    scene.workers[dice.choice(SLOTS)].kill()


def both_workers_killed(scene: Scene, dice: random.Random) -> None:
    """Kill -9 of both, one shortly after the other."""
    for slot in dice.sample(SLOTS, len(SLOTS)):
        scene.workers[slot].kill()
        time.sleep(dice.uniform(0, 0.5))


def worker_stopped(scene: Scene, dice: random.Random) -> None:
    """SIGTERM to one worker, and its restart."""
    scene.restart(dice.choice(SLOTS))


def worker_frozen(scene: Scene, dice: random.Random) -> None:
    """SIGSTOP of one worker for longer than its session; the other takes over, and the first one comes back."""
    scene.freeze(dice.choice(SLOTS), for_s=scene.session_s + dice.uniform(1, 3))


def broker_killed(scene: Scene, dice: random.Random) -> None:
    """Kill -9 of the broker while transactions are open; over when it answers again."""
    time.sleep(dice.uniform(0, 1))
    scene.broker.kill()
    time.sleep(dice.uniform(0, 3))
    scene.broker.revive()


def broker_frozen(scene: Scene, dice: random.Random) -> None:
    """SIGSTOP of the broker: connections stay open and nothing answers."""
    scene.broker.suspend()
    time.sleep(dice.uniform(2, 14))
    scene.broker.resume()


def connections_cut(scene: Scene, dice: random.Random) -> None:
    """Every connection of the workers is reset, several times."""
    for _ in range(dice.randint(3, 8)):
        scene.proxy.cut()
        time.sleep(dice.uniform(0.05, 1.0))


def network_slow(scene: Scene, dice: random.Random) -> None:
    """Every chunk between workers and broker takes up to half a second longer."""
    scene.proxy.delay_s = dice.uniform(0.1, 0.5)
    time.sleep(dice.uniform(4, 8))
    scene.proxy.delay_s = 0.0


def network_silent(scene: Scene, dice: random.Random) -> None:
    """Keep connections open and pass nothing, for less or for more than a session."""
    scene.proxy.swallow = True
    time.sleep(dice.uniform(2, scene.session_s + 6))
    scene.proxy.swallow = False


def record_refused(scene: Scene, dice: random.Random) -> None:
    """Let a stream's topic refuse records as too large until a worker has ended, and then allow them again."""
    topic = scene.lab.settings.sanitized_topic(dice.choice(PURPOSES))
    ended = scene.exits.total()
    _allow_bytes(scene, topic, _TOO_SMALL_BYTES)
    poll_until(lambda: scene.exits.total() > ended, deadline_s=_ENDS_S_MAX, what="a worker ends")
    _allow_bytes(scene, topic, _LARGE_BYTES)


def partitions_added(scene: Scene, dice: random.Random) -> None:
    """More partitions, streams first and the raw topic last, and then the workers are restarted one by one."""
    names = scene.lab.settings.topics
    streams = [scene.lab.settings.sanitized_topic(purpose) for purpose in PURPOSES]
    for topic in (*streams, names.receipts, names.state, names.dead_letters, names.raw):
        for made in scene.admin.create_partitions([NewPartitions(topic, PARTITIONS + _ADDED)]).values():
            made.result(20)
    for slot in dice.sample(SLOTS, len(SLOTS)):
        scene.restart(slot)


def _allow_bytes(scene: Scene, topic: str, size: int) -> None:
    entry = ConfigEntry("max.message.bytes", str(size), incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
    for changed in scene.admin.incremental_alter_configs([resource]).values():
        changed.result(20)


@dataclass(frozen=True)
class Fault:
    """What happens in a round. `proxied` faults need workers that connect through the proxy."""

    strike: Callable[[Scene, random.Random], None]
    proxied: bool = False


FAULTS: Mapping[str, Fault] = {
    "worker_killed": Fault(worker_killed),
    "both_workers_killed": Fault(both_workers_killed),
    "worker_stopped": Fault(worker_stopped),
    "worker_frozen": Fault(worker_frozen),
    "broker_killed": Fault(broker_killed),
    "broker_frozen": Fault(broker_frozen),
    "connections_cut": Fault(connections_cut, proxied=True),
    "network_slow": Fault(network_slow, proxied=True),
    "network_silent": Fault(network_silent, proxied=True),
    "record_refused": Fault(record_refused),
    "partitions_added": Fault(partitions_added),
}
