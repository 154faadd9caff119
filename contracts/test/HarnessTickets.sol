// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITicketBroker} from "interfaces/ITicketBroker.sol";
import {TicketLib} from "contracts/payments/TicketLib.sol";

/// @title The tickets' library alone, for thousands of tickets a call
contract HarnessTickets {
    /// @param ticketHash What the sender signs.
    /// @param refusal Error that the signature is refused with; zero if it is the sender's.
    /// @param wins Whether signature and number win, whoever signed.
    struct Finding {
        bytes32 ticketHash;
        bytes4 refusal;
        bool wins;
    }

    /// @notice Judges each ticket by itself, as the broker would; the arrays are of one length.
    function judge(
        ITicketBroker.Ticket[] calldata tickets,
        bytes[] calldata sigs,
        uint256[] calldata recipientRands
    ) external view returns (Finding[] memory findings) {
        findings = new Finding[](tickets.length);
        for (uint256 i = 0; i < tickets.length; ++i) {
            findings[i].ticketHash = TicketLib.hash(tickets[i]);
            findings[i].wins = TicketLib.isWinning(sigs[i], recipientRands[i], tickets[i].winProb);
            findings[i].refusal = bytes4(TicketLib.faultOfSignature(tickets[i], findings[i].ticketHash, sigs[i]));
        }
    }
}
