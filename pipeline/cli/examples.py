"""What stands under `Examples` in the help of each command."""

from collections.abc import Mapping
from typing import Final

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "demo": ("redact demo", "redact demo --broker kafka"),
    "worker": ("redact --config redact.toml worker",),
    "text": (
        "echo 'agent: Who is calling?' | redact text",
        "redact text chat.txt --findings",
        "redact text chat.txt --purpose quality --known customer.json --json",
    ),
    "detect": ("redact detect --conversations chats.jsonl.gz --output found.jsonl",),
    "evaluate": (
        "redact evaluate --brief",
        "redact evaluate found.jsonl --gold chats.jsonl.gz",
        "redact evaluate --against presidio --errors 3",
    ),
    "publish": ("redact publish events.jsonl", "zcat chats.jsonl.gz | redact publish - --tenant demo"),
    "audit": (
        "redact audit",
        "redact audit --make-key --signing-key auditor.key",
        "redact audit --checkpoint receipts.seal --signing-key auditor.key",
    ),
    "health": ("redact health", "redact health --host 127.0.0.1 --port 9464 --json"),
    "bench": ("redact bench", "redact bench --json", "redact bench --growth --plot growth.svg"),
    "topics create": ("redact topics create", "redact topics create --policy pci"),
    "topics check": ("redact topics check --json",),
    "policy check": ("redact policy check", "redact policy check policies/mine.yaml pci"),
    "policy test": ("redact policy test policies/mine.yaml",),
    "policy explain": ("redact policy explain --purpose analytics", "redact policy explain pci --name CREDIT_CARD"),
    "policy diff": (
        "redact policy diff analytics policies/mine.yaml",
        "redact policy diff analytics policies/mine.yaml chats.jsonl.gz",
        "redact policy diff analytics analytics chats.jsonl.gz --set detection.score_min.PERSON=0.6",
    ),
    "opt-out add": (
        "redact opt-out add --kind email --tenant demo",
        "redact opt-out add --kind customer_id --purpose analytics --file id.txt --evidence TICKET-17",
    ),
    "opt-out remove": ("redact opt-out remove --kind email --tenant demo",),
    "opt-out status": ("redact opt-out status --kind phone --tenant demo --json",),
    "keys make": ("redact keys make redact.keys",),
    "keys check": ("redact keys check", "redact keys check redact.keys"),
    "keys rotate": ("redact keys rotate redact.keys",),
    "dead-letters list": ("redact dead-letters list",),
    "dead-letters show": ("redact dead-letters show 0f3a6c1e9b2d4f5a7c8e9d0b1a2f3c4d",),
    "dead-letters replay": (
        "redact dead-letters replay 0f3a6c1e9b2d4f5a7c8e9d0b1a2f3c4d",
        "redact dead-letters replay --all",
    ),
}
"""By command; a name of two words stands for a command of a group."""


def epilog(command: str) -> str:
    """Return the examples as the end of a help page: a paragraph each. Pure."""
    return "\n\n".join(f"Example: {example}" for example in EXAMPLES[command])
