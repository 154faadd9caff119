// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITicketBroker} from "interfaces/ITicketBroker.sol";
import {ManagerProxyTarget} from "contracts/shared/ManagerProxyTarget.sol";

/// @title Everything that the TicketBroker remembers; nothing else in the room declares storage
abstract contract BrokerStorage is ITicketBroker, ManagerProxyTarget {
    /// @dev Two words; a redemption that the deposit covers touches the first one only.
    ///        0  [ deposit 96 | reserve 96 | withdrawRound 64 ]
    ///        1  [ claimRound 64 | claimed 192 ]
    ///      2^96 wei are 660 times all the ether there is. A withdrawRound is a round (below 2^48) plus a period below
    ///      2^32. `claimed` is wider: within one round the same ether can be claimed, withdrawn and put in again.
    ///      `claimed` counts for `claimRound` alone; a claim in a later round starts it anew.
    struct Account {
        uint96 deposit;
        uint96 reserve;
        uint64 withdrawRound;
        uint64 claimRound;
        uint192 claimed;
    }

    /// @dev One word, read and restarted as the second word of {Account}.
    struct Claim {
        uint64 round;
        uint192 amount;
    }

    // Slots 0 and 1: see {ManagerProxyTarget}.
    mapping(address sender => Account) internal _accounts; // 2
    mapping(address holder => mapping(address claimant => Claim)) internal _claims; // 3
    mapping(bytes32 ticketHash => bool) internal _usedTickets; // 4
    uint32 internal _unlockPeriod; // 5  [ unlockPeriod 32 | ticketValidityPeriod 32 | free 192 ]
    uint32 internal _ticketValidityPeriod;
}
