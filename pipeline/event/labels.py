"""The kinds of personal data, one word each, used in policies, findings, placeholders and metrics."""

from enum import StrEnum
from typing import Final


class Label(StrEnum):
    """What a finding is."""

    PERSON = "PERSON"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    ADDRESS = "ADDRESS"
    ZIP = "ZIP"
    CREDIT_CARD = "CREDIT_CARD"
    ACCOUNT_ID = "ACCOUNT_ID"
    NATIONAL_ID = "NATIONAL_ID"
    USERNAME = "USERNAME"
    PASSWORD = "PASSWORD"  # noqa: S105 - the label's name
    ORDER_ID = "ORDER_ID"
    DATE_OF_BIRTH = "DATE_OF_BIRTH"
    VEHICLE_ID = "VEHICLE_ID"
    IP = "IP"
    IBAN = "IBAN"
    CARD_SECURITY = "CARD_SECURITY"
    CARD_EXPIRY = "CARD_EXPIRY"
    URL_WITH_PERSONAL_DATA = "URL_WITH_PERSONAL_DATA"
    DEVICE_ID = "DEVICE_ID"
    CRYPTO_WALLET = "CRYPTO_WALLET"
    API_SECRET = "API_SECRET"  # noqa: S105 - the label's name
    HEALTH_ID = "HEALTH_ID"
    TAX_ID = "TAX_ID"
    PASSPORT = "PASSPORT"
    DRIVING_LICENCE = "DRIVING_LICENCE"
    PLACEHOLDER = "PLACEHOLDER"  # text typed in the form of one of our placeholders
    LOCATION = "LOCATION"
    ORG = "ORG"
    DATE = "DATE"
    AGE = "AGE"
    NRP = "NRP"
    URL = "URL"


CONTEXT_LABELS: Final = frozenset({Label.LOCATION, Label.ORG, Label.DATE, Label.AGE, Label.NRP, Label.URL})
"""Labels that tell about a person only together with others; the default policy leaves them in clear."""

SECRET_LABELS: Final = frozenset({Label.PASSWORD, Label.CARD_SECURITY, Label.API_SECRET})
"""Labels that grant access: a policy may drop or redact them, never tokenize, mask or keep them."""
