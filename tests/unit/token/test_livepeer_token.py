"""LPT: an ERC-20 with permit, whose minting and burning are roles."""

from __future__ import annotations

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from tests.support.deployment import LPT, NOBODY
from tests.support.reverts import reverts

ADMIN_ROLE, MINTER_ROLE, BURNER_ROLE = bytes(32), keccak(text="MINTER_ROLE"), keccak(text="BURNER_ROLE")
FOREVER = 2**256 - 1


@pytest.fixture
def token(project, owner):
    return owner.deploy(project.LivepeerToken)


@pytest.fixture
def rich(token, owner, stranger):
    """The stranger holds 100 LPT, and may burn as the owner may."""
    for role, account in ((MINTER_ROLE, owner), (BURNER_ROLE, owner), (BURNER_ROLE, stranger)):
        token.grantRole(role, account, sender=owner)
    token.mint(stranger, 100 * LPT, sender=owner)
    return stranger


def test_the_token_is_the_networks(token):
    assert (token.name(), token.symbol(), token.decimals()) == ("Livepeer Token", "LPT", 18)
    assert MINTER_ROLE.hex() == "9f2df0fed2c77648de5860a4cc508cd0818c85b8b8a1ab4ceeef8d981c8956a6"
    assert BURNER_ROLE.hex() == "3c11d16cbaffd01df69ce1c404f6340ee057498f5f00246190ea54220576a848"


def test_reg60_the_deployer_administers_the_roles_and_holds_no_other(token, owner):
    assert token.hasRole(ADMIN_ROLE, owner)
    assert not token.hasRole(MINTER_ROLE, owner)
    assert not token.hasRole(BURNER_ROLE, owner)
    assert token.totalSupply() == 0


def test_minting_makes_tokens_and_tells_of_them(token, owner, stranger):
    token.grantRole(MINTER_ROLE, owner, sender=owner)
    receipt = token.mint(stranger, 5, sender=owner)
    assert receipt.events == [token.Transfer(NOBODY, stranger, 5), token.Mint(stranger, 5)]
    assert token.balanceOf(stranger) == token.totalSupply() == 5


def test_tok36_burning_destroys_ones_own_tokens(token, rich):
    receipt = token.burn(30 * LPT, sender=rich)
    assert receipt.events == [token.Transfer(rich, NOBODY, 30 * LPT), token.Burn(rich, 30 * LPT)]
    assert token.balanceOf(rich) == token.totalSupply() == 70 * LPT


def test_tok36_burning_anothers_tokens_takes_an_allowance(token, owner, rich):
    with reverts("ERC20InsufficientAllowance", owner, 0, 1):
        token.burnFrom(rich, 1, sender=owner)
    token.approve(owner, 10, sender=rich)
    receipt = token.burnFrom(rich, 10, sender=owner)
    assert receipt.events == [token.Transfer(rich, NOBODY, 10), token.Burn(rich, 10)]
    assert token.allowance(rich, owner) == 0


def test_tok36_no_more_is_burnt_than_is_there(token, rich):
    with reverts("ERC20InsufficientBalance", rich, 100 * LPT, 100 * LPT + 1):
        token.burn(100 * LPT + 1, sender=rich)


def test_reg60_minting_and_burning_are_for_their_roles(token, owner, gateway):
    with reverts("AccessControlUnauthorizedAccount", owner, MINTER_ROLE):
        token.mint(owner, 1, sender=owner)
    for call, arguments in ((token.burn, (0,)), (token.burnFrom, (owner, 0))):
        with reverts("AccessControlUnauthorizedAccount", gateway, BURNER_ROLE):
            call(*arguments, sender=gateway)
    with reverts("AccessControlUnauthorizedAccount", gateway, ADMIN_ROLE):
        token.grantRole(MINTER_ROLE, gateway, sender=gateway)


def test_tok36_transfers_conserve_the_sum(token, rich, owner, gateway):
    token.transfer(owner, 40 * LPT, sender=rich)
    token.approve(gateway, 10 * LPT, sender=rich)
    token.transferFrom(rich, gateway, 10 * LPT, sender=gateway)
    assert [token.balanceOf(a) // LPT for a in (rich, owner, gateway)] == [50, 40, 10]
    assert token.totalSupply() == 100 * LPT


def test_allowances_can_be_raised_and_lowered(token, rich, owner):
    token.increaseAllowance(owner, 7, sender=rich)
    token.increaseAllowance(owner, 3, sender=rich)
    assert token.decreaseAllowance(owner, 4, sender=rich).events == [token.Approval(rich, owner, 6)]
    with reverts("ERC20InsufficientAllowance", owner, 6, 7):
        token.decreaseAllowance(owner, 7, sender=rich)
    assert token.allowance(rich, owner) == 6


class Permits:
    """Signs permits of an account for a token."""

    def __init__(self, token, account, chain_id):
        self.token, self.account, self.chain_id = token, account, chain_id

    def message(self, spender, value, *, deadline=FOREVER, nonce=0, chain_id=None, owner=None):
        fields = {
            "owner": owner or self.account.address,
            "spender": spender.address,
            "value": value,
            "nonce": nonce,
            "deadline": deadline,
        }
        domain = {
            "name": "Livepeer Token",
            "version": "1",
            "chainId": chain_id or self.chain_id,
            "verifyingContract": self.token.address,
        }
        types = {"Permit": [{"name": n, "type": "address" if n in ("owner", "spender") else "uint256"} for n in fields]}
        return encode_typed_data(domain, types, fields)

    def sign(self, spender, value, *, deadline=FOREVER, **terms):
        """Arguments of `permit`."""
        message = self.message(spender, value, deadline=deadline, **terms)
        signed = Account.sign_message(message, self.account.private_key)
        rs = signed.r.to_bytes(32, "big"), signed.s.to_bytes(32, "big")
        return self.account, spender, value, deadline, signed.v, *rs

    def seems_signed_by(self, permit, **terms):
        """Whom the token takes for the signer of a permit, when it reads `terms` into it."""
        _, spender, value, deadline, *vrs = permit
        return Account.recover_message(self.message(spender, value, deadline=deadline, **terms), vrs=vrs)


@pytest.fixture
def permits(token, rich, chain):
    return Permits(token, rich, chain.chain_id)


def test_tok35_a_permit_sets_the_allowance_and_counts(token, permits, rich, owner, gateway):
    token.permit(*permits.sign(owner, 5), sender=gateway)
    assert token.allowance(rich, owner) == 5
    assert token.nonces(rich) == 1


def test_tok35_a_permit_is_good_once(token, permits, rich, owner, gateway):
    permit = permits.sign(owner, 5)
    token.permit(*permit, sender=gateway)
    with reverts("ERC2612InvalidSigner", permits.seems_signed_by(permit, nonce=1), rich):
        token.permit(*permit, sender=gateway)
    token.permit(*permits.sign(owner, 6, nonce=1), sender=gateway)
    assert token.allowance(rich, owner) == 6


def test_tok35_a_permit_of_another_chain_is_refused(token, permits, rich, owner, gateway):
    permit = permits.sign(owner, 5, chain_id=1)
    with reverts("ERC2612InvalidSigner", permits.seems_signed_by(permit), rich):
        token.permit(*permit, sender=gateway)


def test_tok35_a_permit_expires(token, permits, chain, owner, gateway):
    deadline = chain.blocks.head.timestamp - 1
    with reverts("ERC2612ExpiredSignature", deadline):
        token.permit(*permits.sign(owner, 5, deadline=deadline), sender=gateway)


def test_tok35_nobody_signs_for_the_null_address(token, permits, owner, gateway):
    permit = permits.sign(owner, 5)
    with reverts("ECDSAInvalidSignature"):
        token.permit(NOBODY, *permit[1:4], 26, *permit[5:], sender=gateway)
    with reverts("ERC2612InvalidSigner", permits.seems_signed_by(permit, owner=NOBODY), NOBODY):
        token.permit(NOBODY, *permit[1:], sender=gateway)
