"""A parameter file gives every value, within its range, or says what is wrong with it."""

from __future__ import annotations

import pytest
import yaml

from scripts._lib.errors import ParameterError
from scripts._lib.params import PARAMS_FOLDER, Parameters, load_parameters, parse_parameters

ALICE, BOB = "0xD9dEd6f9959176F0A04dcf88a0d2306178A736a6", "0x04F53A0bb244f015cC97731570BeD26F0229da05"
FILES = sorted(PARAMS_FOLDER.glob("*.yaml"))


@pytest.fixture
def values():
    return yaml.safe_load((PARAMS_FOLDER / "local.yaml").read_text())


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_files_that_come_with_the_project_are_good(path):
    assert load_parameters(path.stem) == load_parameters(path)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_each_value_says_where_it_comes_from(path):
    """In a comment behind it, or in one above it that stands alone."""
    above = ""
    for line in path.read_text().splitlines():
        if line.startswith("#"):
            above += line
        elif not line:
            above = ""
        elif line.split(":")[0] in Parameters.__slots__:
            assert "# " in line or above, line


def test_the_live_values_are_those_of_the_network():
    live = load_parameters("arbitrum-mainnet")
    assert (live.round_length, live.unbonding_period, live.num_active_transcoders) == (6377, 7, 100)
    assert (live.inflation, live.inflation_change, live.target_bonding_rate) == (220_500, 500, 500_000_000)
    assert (live.treasury_reward_cut_rate, live.treasury_balance_ceiling) == (10**26, 750_000 * 10**18)
    assert (live.unlock_period, live.ticket_validity_period, live.round_lock_amount) == (2, 2, 100_000)
    assert (live.voting_delay, live.voting_period, live.proposal_threshold) == (1, 10, 100 * 10**18)
    assert (live.quorum, live.quota, live.treasury_min_delay) == (333_300, 500_000, 0)
    assert (live.owner, live.governor_owner) == ("governor", BOB)


def test_the_deployer_takes_the_place_of_its_name():
    local = load_parameters("local").with_deployer(ALICE)
    assert (local.owner, local.governor_owner, local.genesis_holder) == (ALICE, ALICE, ALICE)


def test_the_governor_may_own_the_protocol_but_not_itself(values):
    assert parse_parameters(values | {"owner": "governor"}).owner == "governor"
    with pytest.raises(ParameterError, match="governor_owner: must be an address in quotes or deployer"):
        parse_parameters(values | {"governor_owner": "governor"})


def test_every_fault_is_named_at_once(values):
    del values["unlock_period"]
    values |= {"unlok_period": 2, "inflation": 10**9 + 1, "round_length": 0}
    with pytest.raises(ParameterError) as caught:
        parse_parameters(values)
    message = str(caught.value)
    assert "unlock_period: is missing" in message
    assert "unlok_period: is no parameter" in message
    assert "inflation: must be between 0 and 1000000000, got 1000000001" in message
    assert "round_length: must be between 1 and" in message


@pytest.mark.parametrize(
    ("text", "wei"),
    [("1 LPT", 10**18), ("0.5 LPT", 5 * 10**17), ("750_000 LPT", 750_000 * 10**18), (7, 7), (0, 0)],
)
def test_amounts_are_wei_or_lpt(values, text, wei):
    assert parse_parameters(values | {"genesis_supply": text, "faucet_supply": 0}).genesis_supply == wei


@pytest.mark.parametrize(
    "text", ["1", "1 ETH", "LPT", "-1 LPT", -1, 1.5, True, None, "0.0000000000000000001 LPT", 2**104]
)
def test_other_amounts_are_refused(values, text):
    with pytest.raises(ParameterError, match="genesis_supply: "):
        parse_parameters(values | {"genesis_supply": text})


@pytest.mark.parametrize("value", [int(ALICE, 16), ALICE[:-1], "0x" + "0" * 40, None, "somebody", 5])
def test_other_owners_are_refused(values, value):
    with pytest.raises(ParameterError, match="owner: must"):
        parse_parameters(values | {"owner": value})


@pytest.mark.parametrize("value", ["10", 10.0, True, None])
def test_other_numbers_are_refused(values, value):
    with pytest.raises(ParameterError, match="round_length: must be a whole number"):
        parse_parameters(values | {"round_length": value})


def test_a_faucet_gives_no_more_than_there_is(values):
    with pytest.raises(ParameterError, match="faucet_supply: must not exceed genesis_supply"):
        parse_parameters(values | {"faucet_supply": "10_000_000.1 LPT"})
    assert parse_parameters(values | {"faucet_supply": "10_000_000 LPT"}).faucet_supply == 10**25


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("a: [", "is no YAML"),
        ("- 1", "is a mapping"),
        ("", "is a mapping"),
        ("owner: deployer\nowner: deployer", "owner: is given twice"),
    ],
)
def test_a_file_that_is_no_mapping_of_names_is_refused(tmp_path, content, reason):
    path = tmp_path / "broken.yaml"
    path.write_text(content)
    with pytest.raises(ParameterError, match=reason):
        load_parameters(path)


def test_a_file_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(ParameterError, match="arbitrum-mainnet, local"):
        load_parameters("arbitrum-manet")
