// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITicketBroker} from "interfaces/ITicketBroker.sol";
import {TicketLib} from "contracts/payments/TicketLib.sol";

/// @title The tickets' library alone, for thousands of tickets a call
contract HarnessTickets {
    /// @param ticketHash What the sender signs.
    /// @param refusal Error that the signature is refused with; zero if it is the sender's.
    /// @param detail First argument of that error: a length, an s, or who has signed; zero if it has none.
    /// @param wins Whether signature and number win, whoever signed.
    struct Finding {
        bytes32 ticketHash;
        bytes4 refusal;
        bytes32 detail;
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
            bytes memory fault = TicketLib.faultOfSignature(tickets[i], findings[i].ticketHash, sigs[i]);
            findings[i].refusal = bytes4(fault);
            if (fault.length > 4) findings[i].detail = _wordAfterSelector(fault);
        }
    }

    /// @notice How many of the draws win at one probability; each signature draws with each number.
    function countWins(bytes[] calldata sigs, uint256[] calldata recipientRands, uint256 winProb)
        external
        pure
        returns (uint256 wins)
    {
        for (uint256 i = 0; i < sigs.length; ++i) {
            for (uint256 j = 0; j < recipientRands.length; ++j) {
                if (TicketLib.isWinning(sigs[i], recipientRands[j], winProb)) ++wins;
            }
        }
    }

    /// @notice Round and block hash that a ticket names.
    function creation(ITicketBroker.Ticket calldata ticket) external pure returns (uint256 round, bytes32 blockHash) {
        return TicketLib.creation(ticket);
    }

    function _wordAfterSelector(bytes memory fault) private pure returns (bytes32 word) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            word := mload(add(fault, 36))
        }
    }
}
