// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITicketBroker} from "interfaces/ITicketBroker.sol";

/// @notice A ticket of six words (recipient, sender, face value, win probability, sender's nonce, hash of the
///         recipient's number) and its auxiliary data.
function anyTicket(uint256[6] memory f, bytes memory auxData) pure returns (ITicketBroker.Ticket memory) {
    return ITicketBroker.Ticket({
        recipient: address(uint160(f[0])),
        sender: address(uint160(f[1])),
        faceValue: f[2],
        winProb: f[3],
        senderNonce: f[4],
        recipientRandHash: bytes32(f[5]),
        auxData: auxData
    });
}
