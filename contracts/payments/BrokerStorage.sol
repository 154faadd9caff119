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

    /// @dev How many creations of tickets are remembered; more than a ticket is valid for, as a rule.
    uint256 internal constant REMEMBERED = 4;

    uint32 internal _unlockPeriod; // 0  [ controller 160 | unlockPeriod 32 | ticketValidityPeriod 32 | free 32 ]
    uint32 internal _ticketValidityPeriod;
    mapping(address sender => Account) internal _accounts; // 1
    mapping(address holder => Claim) internal _claimsFrom; // 2
    mapping(address holder => mapping(address claimant => Claim)) internal _claimsBy; // 3
    mapping(bytes32 ticketHash => bool) internal _usedTickets; // 4
    // Hash of the auxData, creation round and its block hash, that redeemed tickets of a round bore; the RoundsManager
    // has confirmed it once, and what it says of a past round never changes.
    bytes32[REMEMBERED] internal _creations; // 5 to 8, by round modulo their number
}
