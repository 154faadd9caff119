"""Settings: ranges, and what follows from them."""

from fractions import Fraction

import pytest
from pydantic import ValidationError

from offchain.orchestrator.settings import OrchestratorSettings
from tests.support.orchestrator_values import GATEWAY


def test_the_defaults_are_those_of_the_network():
    settings = OrchestratorSettings()
    assert settings.ticket_ev == 8_000_000_000
    assert (settings.max_sessions, settings.session_idle_s, settings.max_segment_bytes) == (10, 70.0, 300_000_000)
    assert (settings.params_validity_blocks, settings.auto_adjust_price) == (40, True)
    assert settings.bind == "0.0.0.0:8935"
    assert settings.redeem_gas_on(42161) == 1_200_000
    assert settings.redeem_gas_on(31337) == 350_000


def test_prices_are_exact():
    settings = OrchestratorSettings(
        price_per_unit=1200, pixels_per_unit=7, price_per_gateway=(f"{GATEWAY.lower()}=3/2",)
    )
    assert settings.base_price == Fraction(1200, 7)
    assert settings.gateway_prices() == {GATEWAY: Fraction(3, 2)}


@pytest.mark.parametrize(
    ("uri", "host", "tls"),
    [("https://[::1]:8935", "::1", True), ("http://example.org:80/", "example.org", False)],
)
def test_host_and_scheme_come_from_the_service_uri(uri, host, tls):
    settings = OrchestratorSettings(service_uri=uri)
    assert (settings.host, settings.tls) == (host, tls)
    assert not settings.service_uri.endswith("/")


@pytest.mark.parametrize(
    "wrong",
    [
        {"service_uri": "ftp://host:1"},
        {"service_uri": "https://host"},
        {"service_uri": "https://host:1/path"},
        {"service_uri": "https://me@host:1"},
        {"service_uri": "https://host:99999"},
        {"price_per_unit": -1},
        {"pixels_per_unit": 0},
        {"ticket_ev": 0},
        {"params_validity_blocks": 1},
        {"price_per_gateway": ("0x12=5",)},
        {"price_per_gateway": (f"{GATEWAY}=-5",)},
        {"price_per_gateway": (f"{GATEWAY}=1/0",)},
        {"price_per_gateway": (GATEWAY,)},
        {"max_segment_bytes": 10, "max_buffered_bytes": 9},
        {"max_sessions": 0},
        {"unknown": 1},
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValidationError):
        OrchestratorSettings(**wrong)
