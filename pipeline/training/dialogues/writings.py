"""What support reads besides chats: e-mails, prose about third people, and what customers paste."""

from pipeline.training.dialogues.noise import PLAIN, Style, customer_style
from pipeline.training.dialogues.scenes import Scene
from pipeline.training.dialogues.slots import Case
from pipeline.training.dialogues.writer import Writer


def letter(scene: Scene) -> None:
    """Let somebody write an e-mail, perhaps below older ones, and somebody answer it."""
    writer = scene.customer
    style = Style(apostrophes="curly" if scene.maybe(0.2) else "as", typos=0.004 if scene.maybe(0.4) else 0.0,
                  casing="lower" if scene.maybe(0.1) else "as")  # fmt: skip
    writer = Writer(writer.speaker, style, scene.case, scene.random)
    reply = Writer("agent", PLAIN, scene.case, scene.random)
    body = [scene.line("mail open"), scene.line("reason")]
    body += [
        scene.line(scene.random.choice(("mail body", "mail body", "detail", "third")))
        for _ in range(scene.random.choice((1, 2, 2, 3)))
    ]
    body += [scene.line("mail close"), scene.line("signature")]
    if scene.maybe(0.3):
        body.append(scene.line("quoted"))
    gap = scene.random.choice(("\n\n", "\n\n", "\n", " \n"))
    scene.turns.append(writer.turn(*body, between=gap))
    if scene.maybe(0.5):
        scene.turns.append(
            reply.turn(
                scene.line("mail open agent"),
                scene.line("resolve"),
                scene.line("agent"),
                scene.line("signature agent"),
                between=gap,
            )
        )


def prose(scene: Scene) -> None:
    """Say sentences of no dialogue: notes, letters, news of third people, pasted lines."""
    for _ in range(scene.random.choice((2, 3, 4))):
        if scene.maybe(0.5):
            scene.case = Case(scene.random, scene.industry)
        plain_style = scene.maybe(0.7)
        writer = Writer(
            scene.random.choice(("customer", "agent", "user", "system")),
            PLAIN if plain_style else customer_style(scene.random),
            scene.case,
            scene.random,
        )
        heading = scene.random.choice(("prose", "prose", "prose", "prose clean", "note"))
        scene.turns.append(writer.turn(*(scene.line(heading) for _ in range(scene.random.choice((1, 1, 1, 2))))))


def pasted(scene: Scene) -> None:
    """Let a customer paste a log, a form or a table into a chat."""
    scene.say(scene.customer, "reason")
    if scene.maybe(0.7):
        scene.say(scene.agent, "ask paste")
    writer = Writer(scene.customer.speaker, PLAIN, scene.case, scene.random)
    gap = "\n"
    heading = scene.random.choice(("log", "form", "log"))
    scene.turns.append(
        writer.turn(*(scene.line(heading) for _ in range(scene.random.choice((1, 1, 2, 3)))), between=gap)
    )
    if scene.maybe(0.6):
        scene.say(scene.customer, "detail")
    scene.say(scene.agent, "resolve")
