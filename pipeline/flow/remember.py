"""What a turn leaves in the memory of its conversation."""

from pipeline.conversation.state import QUESTION_LENGTH_MAX, ConversationState
from pipeline.event.conversation_event import Role
from pipeline.event.labels import CONTEXT_LABELS
from pipeline.flow.stages import DetectedEvent

_ASKING = frozenset({Role.AGENT, Role.BOT})
_ANSWERED_BY = "asked"


def remembered_question(detected: DetectedEvent, state: ConversationState) -> str:
    """Return the turn that the next customer turn answers, with every value of a person replaced by its label. Pure.

    A question stays until the agent speaks again or a turn answers it. Its end is kept: that is where people ask.
    """
    if detected.event.author.role not in _ASKING:
        answered = any(finding.detector == _ANSWERED_BY for finding in detected.findings)
        return "" if answered else state.question
    pieces: list[str] = []
    done, text = 0, detected.event.text
    for finding in detected.findings:
        if (
            finding.label in CONTEXT_LABELS
        ):  # no value of a person, and a wrong one ("PIN" as a company) spoils the question
            continue
        pieces += (text[done : finding.start], f"[{finding.label.value}]")
        done = finding.end
    pieces.append(text[done:])
    return "".join(pieces)[-QUESTION_LENGTH_MAX:]
