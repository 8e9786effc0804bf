"""What agents ask for that has a number and is nobody's: flights, models, versions, errors, sizes, readings, sums."""

from typing import Final

from pipeline.detection.patterns.pattern import compiled, verbose

THINGS: Final = verbose(r"""(?i)
    \b (?: flight[ ](?:numbers?|ids?|no\b)
      | (?:part|item|article|style|catalogue|catalog|product)[ ](?:numbers?|no\b|codes?)
      | p/n | skus? | models? (?:[ ](?:numbers?|names?|no\b))? | versions? | builds? | firmware | operating[ ]system
      | error (?:s|[ ]codes?|[ ]messages?|[ ]numbers?)? | fault[ ]codes? | commit | branch
      | (?:promo (?:tion(?:al)?)?|discount|coupon|voucher|offer|referral)[ ]codes?
      | (?:room|table|seat|gate|platform|aisle|floor|bay|terminal|page|channel|train|bus)[ ](?:numbers?|no\b)
      | (?:which|what)[ ](?:room|table|seat|gate|floor|page|step|option|channel|size|version|model|colou?r|flight|train
        |bus|platform|speed|resolution|year|time|temperature|amount|percentage)
      | how[ ](?:many|much|long|often|big|tall|heavy|wide|far|high|fast) | sizes? | quantit(?:y|ies) | amounts? | budget
      | readings? | (?:read|check)[ ](?:the|your)[ ]meter | odometer | mileage
      | (?:show|display|read|say)s?[ ]on[ ](?:the[ ])?(?:screen|display|panel|meter|dial)
      | (?:screen|display|panel|meter|dial)[ ](?:show|say|read)s?
      | blood[ ]pressure | weight | height | dos(?:e|age) | score ) \b
""")
"""The RE2 expression for what a turn names where it asks for a thing."""

_ASKS: Final = compiled(
    r"(?i)\?|\b(?:please|pls|may i|can i|could|would you|what|what's|which|how|provide|enter|need"
    r"|give|tell|confirm|read)\b"
    r"|:\s*$|^\W*(?:and|then|now)[ ,]+(?:the|your)\b"
)


def asks(plain: str) -> bool:
    """Say whether a text of ASCII that names a thing asks for it. Pure."""
    return _ASKS.search(plain) is not None
