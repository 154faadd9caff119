// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITicketBroker} from "interfaces/ITicketBroker.sol";
import {TicketLib} from "contracts/payments/TicketLib.sol";
import {Proof} from "./Proof.sol";
import {anyTicket} from "./AnyTicket.sol";

/// @title Tickets as data: one hash, one signature, a fair draw
/// @dev Hashes are taken to be free of collisions, and recovery of a signer to be some function of its inputs.
contract TicketProofs is Proof {
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    function hash(ITicketBroker.Ticket calldata ticket) external pure returns (bytes32) {
        return TicketLib.hash(ticket);
    }

    function fault(ITicketBroker.Ticket calldata ticket, bytes32 ticketHash, bytes calldata sig)
        external
        pure
        returns (bytes memory)
    {
        return TicketLib.faultOfSignature(ticket, ticketHash, sig);
    }

    function wins(bytes calldata sig, uint256 recipientRand, uint256 winProb) external pure returns (bool) {
        return TicketLib.isWinning(sig, recipientRand, winProb);
    }

    function creation(ITicketBroker.Ticket calldata ticket) external pure returns (uint256, bytes32) {
        return TicketLib.creation(ticket);
    }

    function _fields(uint256[6] memory f, uint256 auxLength, string memory name)
        private
        view
        returns (ITicketBroker.Ticket memory)
    {
        return anyTicket(f, svm.createBytes(auxLength, name));
    }

    function _sameFields(ITicketBroker.Ticket memory a, ITicketBroker.Ticket memory b) private pure returns (bool) {
        return a.recipient == b.recipient && a.sender == b.sender && a.faceValue == b.faceValue
            && a.winProb == b.winProb && a.senderNonce == b.senderNonce && a.recipientRandHash == b.recipientRandHash;
    }

    /// @notice Two tickets with one hash are one ticket: no byte can move from a field to the next.
    function check_one_hash_one_ticket(uint256[6] memory a, uint256[6] memory b) public view {
        ITicketBroker.Ticket memory first = _fields(a, 64, "auxA");
        ITicketBroker.Ticket memory second = _fields(b, 64, "auxB");
        if (this.hash(first) != this.hash(second)) return;
        assert(_sameFields(first, second));
        assert(keccak256(first.auxData) == keccak256(second.auxData));
    }

    /// @notice The round and the hash of a ticket's creation are the two words of its auxData.
    function check_creation_is_the_aux_data(uint256[6] memory f, uint256 round, bytes32 blockHash) public view {
        ITicketBroker.Ticket memory ticket = _fields(f, 0, "aux");
        ticket.auxData = abi.encodePacked(round, blockHash);
        (uint256 gotRound, bytes32 gotHash) = this.creation(ticket);
        assert(gotRound == round && gotHash == blockHash);
    }

    /// @notice auxData of any other length names no round.
    function check_creation_needs_two_words(uint256[6] memory f) public view {
        uint8[5] memory lengths = [0, 32, 63, 65, 96];
        for (uint256 i = 0; i < lengths.length; ++i) {
            (uint256 round, bytes32 blockHash) = this.creation(_fields(f, lengths[i], "aux"));
            assert(round == 0 && blockHash == 0);
        }
    }

    /// @notice A signature that is let through has a low s and is the sender's, who is somebody. (That v is 27 or 28 is
    ///         seen to by the precompile, which is taken as any function here.)
    function check_one_encoding_of_a_signature(uint256[6] memory f, bytes32 ticketHash) public view {
        ITicketBroker.Ticket memory ticket = _fields(f, 64, "aux");
        bytes memory sig = svm.createBytes(65, "sig");
        if (this.fault(ticket, ticketHash, sig).length != 0) return;
        (bytes32 r, bytes32 s, uint8 v) = _parts(sig);
        assert(uint256(s) <= HALF_ORDER);
        bytes32 signed = keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", ticketHash));
        assert(ecrecover(signed, v, r, s) == ticket.sender);
        assert(ticket.sender != address(0));
    }

    /// @notice Signatures of other lengths, the compact one of 64 bytes among them, are refused.
    function check_other_lengths_are_refused(uint256[6] memory f, bytes32 ticketHash) public view {
        uint8[5] memory lengths = [0, 1, 64, 66, 130];
        for (uint256 i = 0; i < lengths.length; ++i) {
            bytes memory sig = svm.createBytes(lengths[i], "sig");
            assert(this.fault(_fields(f, 64, "aux"), ticketHash, sig).length != 0);
        }
    }

    /// @notice A ticket without chance never wins.
    function check_no_chance_never_wins(uint256 recipientRand) public view {
        assert(!this.wins(svm.createBytes(65, "sig"), recipientRand, 0));
    }

    /// @notice The draw is below the chance: what wins with a chance wins with every greater one.
    function check_a_greater_chance_wins_more(uint256 recipientRand, uint256 chance, uint256 greater) public view {
        vm.assume(greater >= chance);
        bytes memory sig = svm.createBytes(65, "sig");
        if (this.wins(sig, recipientRand, chance)) assert(this.wins(sig, recipientRand, greater));
    }

    /// @notice The draw is the hash of signature and secret, compared strictly.
    function check_the_draw_is_the_hash(uint256 recipientRand, uint256 chance) public view {
        bytes memory sig = svm.createBytes(65, "sig");
        bool expected = uint256(keccak256(bytes.concat(sig, bytes32(recipientRand)))) < chance;
        assert(this.wins(sig, recipientRand, chance) == expected);
    }

    function _parts(bytes memory sig) private pure returns (bytes32 r, bytes32 s, uint8 v) {
        assembly ("memory-safe") {
            r := mload(add(sig, 32))
            s := mload(add(sig, 64))
            v := byte(0, mload(add(sig, 96)))
        }
    }
}
