"""Votes that somebody else brings: the published ballots, and OpenZeppelin's present ones."""

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from tests.support.deployment import LPT
from tests.support.events import logged
from tests.support.reverts import reverts
from tests.unit.governance.conftest import AGAINST, DELAY, FOR

BALLOT = [("proposalId", "uint256"), ("support", "uint8")]
SIGNER = [("voter", "address"), ("nonce", "uint256")]
REASONS = [("reason", "string"), ("params", "bytes")]
HALF_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@pytest.fixture
def proposal(market, record, propose, orchestrators):
    record.transcoder(orchestrators[0], 100 * LPT, 100 * LPT)
    market.skip_to_round(market.round + 1)
    proposal = propose(orchestrators[0], (market.token, 0, b""))
    market.skip_to_round(market.round + DELAY + 1)
    return proposal


@pytest.fixture
def voter(orchestrators):
    return orchestrators[0]


@pytest.fixture
def sign(governor, chain, voter):
    """Signs fields under a type's name as a wallet does."""

    def make(name, fields, message, *, contract=governor.address, signer=voter):
        domain = {
            "name": "LivepeerGovernor",
            "version": "1",
            "chainId": chain.chain_id,
            "verifyingContract": contract,
        }
        types = {name: [{"name": field, "type": kind} for field, kind in fields]}
        signable = encode_typed_data(domain_data=domain, message_types=types, message_data=message)
        return Account.from_key(signer.private_key).sign_message(signable)

    return make


def word(value):
    return value.to_bytes(32, "big")


def test_a_published_ballot_is_counted_for_its_signer(governor, proposal, voter, sign, stranger):
    signed = sign("Ballot", BALLOT, {"proposalId": proposal.id, "support": FOR})
    receipt = governor.castVoteBySig(proposal.id, FOR, signed.v, word(signed.r), word(signed.s), sender=stranger)
    assert logged(receipt, governor.VoteCast) == [(voter, proposal.id, FOR, 100 * LPT, "")]
    assert proposal.tally == (0, 100 * LPT, 0)


def test_a_published_ballot_works_once(governor, proposal, sign, stranger):
    signed = sign("Ballot", BALLOT, {"proposalId": proposal.id, "support": FOR})
    ballot = (proposal.id, FOR, signed.v, word(signed.r), word(signed.s))
    governor.castVoteBySig(*ballot, sender=stranger)
    with reverts("VoteAlreadyCast"):
        governor.castVoteBySig(*ballot, sender=stranger)


def test_a_published_ballot_with_reason_and_parameters_is_counted(governor, proposal, voter, sign, stranger):
    message = {"proposalId": proposal.id, "support": FOR, "reason": "why", "params": b"x"}
    signed = sign("ExtendedBallot", BALLOT + REASONS, message)
    signature = (signed.v, word(signed.r), word(signed.s))
    receipt = governor.castVoteWithReasonAndParamsBySig(proposal.id, FOR, "why", b"x", *signature, sender=stranger)
    assert logged(receipt, governor.VoteCastWithParams) == [(voter, proposal.id, FOR, 100 * LPT, "why", b"x")]


@pytest.mark.parametrize("changed", ["choice", "contract"])
def test_a_ballot_for_something_else_is_not_the_signers(governor, proposal, voter, sign, stranger, changed):
    """It recovers to some account without stake."""
    contract = stranger.address if changed == "contract" else governor.address
    signed = sign("Ballot", BALLOT, {"proposalId": proposal.id, "support": FOR}, contract=contract)
    choice = AGAINST if changed == "choice" else FOR
    receipt = governor.castVoteBySig(proposal.id, choice, signed.v, word(signed.r), word(signed.s), sender=stranger)
    [(counted_for, _, _, weight, _)] = logged(receipt, governor.VoteCast)
    assert counted_for != voter
    assert weight == 0
    assert not governor.hasVoted(proposal.id, voter)


def test_what_is_no_signature_is_refused(governor, proposal, sign, stranger):
    signed = sign("Ballot", BALLOT, {"proposalId": proposal.id, "support": FOR})
    with reverts("ECDSAInvalidSignature"):
        governor.castVoteBySig(proposal.id, FOR, 26, word(signed.r), word(signed.s), sender=stranger)
    mirrored = HALF_ORDER - signed.s
    with reverts("ECDSAInvalidSignatureS", word(mirrored)):
        governor.castVoteBySig(proposal.id, FOR, 55 - signed.v, word(signed.r), word(mirrored), sender=stranger)


def test_a_ballot_of_openzeppelins_is_counted_once_too(governor, proposal, voter, sign, stranger):
    message = {"proposalId": proposal.id, "support": FOR, "voter": voter.address, "nonce": 0}
    signature = sign("Ballot", BALLOT + SIGNER, message).signature
    with reverts("GovernorInvalidSignature", stranger):
        governor.castVoteBySig(proposal.id, FOR, stranger, signature, sender=stranger)
    receipt = governor.castVoteBySig(proposal.id, FOR, voter, signature, sender=stranger)
    assert logged(receipt, governor.VoteCast) == [(voter, proposal.id, FOR, 100 * LPT, "")]
    assert governor.nonces(voter) == 1


def test_an_extended_ballot_of_openzeppelins_is_counted(governor, proposal, voter, sign, stranger):
    message = {"proposalId": proposal.id, "support": FOR, "voter": voter.address, "nonce": 0}
    message |= {"reason": "why", "params": b"x"}
    signature = sign("ExtendedBallot", BALLOT + SIGNER + REASONS, message).signature
    arguments = (proposal.id, FOR, voter, "why", b"x", signature)
    receipt = governor.castVoteWithReasonAndParamsBySig(*arguments, sender=stranger)
    assert logged(receipt, governor.VoteCastWithParams) == [(voter, proposal.id, FOR, 100 * LPT, "why", b"x")]
