// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {ITicketBroker} from "interfaces/ITicketBroker.sol";

/// @title Tickets as data: what is hashed, who signed, whether it wins. Pure; `offchain/tickets` is its twin
library TicketLib {
    uint256 internal constant AUX_DATA_LENGTH = 64;
    uint256 internal constant SIGNATURE_LENGTH = 65;

    /// @dev Every field but the last has a fixed width and the last a checked one, so packing is unambiguous.
    function hash(ITicketBroker.Ticket calldata ticket) internal pure returns (bytes32) {
        return keccak256(
            abi.encodePacked(
                ticket.recipient,
                ticket.sender,
                ticket.faceValue,
                ticket.winProb,
                ticket.senderNonce,
                ticket.recipientRandHash,
                ticket.auxData
            )
        );
    }

    /// @dev Round and block hash that the ticket was made in; zeros while auxData has another length than it must.
    function creation(ITicketBroker.Ticket calldata ticket) internal pure returns (uint256 round, bytes32 blockHash) {
        bytes calldata auxData = ticket.auxData;
        if (auxData.length != AUX_DATA_LENGTH) return (0, 0);
        (round, blockHash) = abi.decode(auxData, (uint256, bytes32));
    }

    /// @dev The signature feeds the lottery, so each ticket must have exactly one: another encoding of the same one
    ///      would draw again. OpenZeppelin refuses a high s and a v other than 27 and 28; the length is checked here.
    /// @return fault ABI bytes of the error, empty when the signature is the sender's.
    function faultOfSignature(ITicketBroker.Ticket calldata ticket, bytes32 ticketHash, bytes calldata sig)
        internal
        pure
        returns (bytes memory fault)
    {
        if (sig.length != SIGNATURE_LENGTH) {
            return abi.encodeWithSelector(ITicketBroker.SignatureLengthInvalid.selector, sig.length);
        }
        (address signer, ECDSA.RecoverError failure, bytes32 s) =
            ECDSA.tryRecoverCalldata(MessageHashUtils.toEthSignedMessageHash(ticketHash), sig);
        if (failure == ECDSA.RecoverError.InvalidSignatureS) {
            return abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, s);
        }
        if (failure != ECDSA.RecoverError.NoError) return abi.encodeWithSelector(ECDSA.ECDSAInvalidSignature.selector);
        if (signer != ticket.sender) {
            return abi.encodeWithSelector(ITicketBroker.TicketSignerMismatch.selector, signer, ticket.sender);
        }
    }

    /// @dev Strictly below: a ticket without chance never wins.
    function isWinning(bytes calldata sig, uint256 recipientRand, uint256 winProb) internal pure returns (bool) {
        return uint256(keccak256(abi.encodePacked(sig, recipientRand))) < winProb;
    }
}
