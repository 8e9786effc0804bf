"""The labels that the tagger gives to words, in the order of their columns in the weights."""

from typing import Final

from pipeline.event.labels import Label

OUTSIDE: Final = 0
"""The column of words that are nothing."""

VENUE: Final = "VENUE"
"""Hotels, shops, stations: told apart from people and companies while tagging, and never a finding."""

TAGGED: Final = (
    Label.PERSON,
    Label.ADDRESS,
    Label.ZIP,
    Label.USERNAME,
    Label.PASSWORD,
    Label.ORDER_ID,
    Label.ACCOUNT_ID,
    Label.NATIONAL_ID,
    Label.EMAIL,
    Label.PHONE,
    Label.CREDIT_CARD,
    Label.DATE_OF_BIRTH,
    Label.LOCATION,
    Label.ORG,
)
"""The labels of the columns after `OUTSIDE`."""

COLUMNS: Final = ("", *(label.value for label in TAGGED), VENUE)
"""The name of each column. A run of words in one column is one finding: no tag marks a beginning, because two findings
of one label that touch are de-identified alike, and words share what they tell about first and later words."""
