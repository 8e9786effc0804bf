"""The core's measurement and the products it is compared with."""

import socket

import pytest

from pipeline.bench.core import BATCH_RECORDS, core_turns_per_s
from pipeline.bench.references.products import PRODUCTS, installed
from pipeline.bench.workload import records
from tests.support.events import analytics_rules

TEXT = "Please write to robin.hale@example.org about it."


def test_the_core_redacts_every_record_of_the_workload():
    """Also the last batch, which is not full."""
    assert core_turns_per_s(records(BATCH_RECORDS + 1), analytics_rules()) > 0


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_product_redacts_and_speaks_to_nobody(product, monkeypatch):
    """An address on the internet would be asked for models, lists or usage figures."""
    if not installed(product):
        pytest.fail(f"{product} is a development dependency: run `make install`")

    def refuse(*_):
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    make, _ = PRODUCTS[product]
    assert "robin.hale" not in make()(TEXT)
