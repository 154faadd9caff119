// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITicketBroker} from "interfaces/ITicketBroker.sol";
import {ManagerProxyTarget} from "contracts/shared/ManagerProxyTarget.sol";

/// @title Everything that the TicketBroker remembers; nothing else in the room declares storage
abstract contract BrokerStorage is ITicketBroker, ManagerProxyTarget {
    /// @dev One word:  [ deposit 96 | reserve 96 | withdrawRound 64 ]
    ///      2^96 wei are 660 times all the ether there is. A withdrawRound is a round (below 2^48) plus a period below
    ///      2^32.
    struct Account {
        uint96 deposit;
        uint96 reserve;
        uint64 withdrawRound;
    }

    /// @dev One word:  [ round 64 | amount 192 ]
    ///      What was claimed in `round`; a claim in a later round starts it anew. The amount is wider than a reserve:
    ///      within one round the same ether can be claimed, withdrawn and put in again.
    struct Claim {
        uint64 round;
        uint192 amount;
    }

    // Slots 0 and 1: see {ManagerProxyTarget}.
    mapping(address sender => Account) internal _accounts; // 2
    mapping(address holder => Claim) internal _claimsFrom; // 3
    mapping(address holder => mapping(address claimant => Claim)) internal _claimsBy; // 4
    mapping(bytes32 ticketHash => bool) internal _usedTickets; // 5
    uint32 internal _unlockPeriod; // 6  [ unlockPeriod 32 | ticketValidityPeriod 32 | free 192 ]
    uint32 internal _ticketValidityPeriod;
}
