// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingVotes} from "interfaces/IBondingVotes.sol";
import {DelegationModule} from "./DelegationModule.sol";

/// @title Bonded stake that changes its owner
/// @dev A transfer is an unbonding and a bonding in one: the lock of the old owner becomes a lock of the new one.
abstract contract TransferModule is DelegationModule {
    /// @dev Gives `amount` of the caller's stake to `receiver`.
    function _transferBond(address receiver, uint256 amount, Hint memory oldHint, Hint memory newHint) internal {
        (uint256 round, IBondingVotes votes) = _open();
        if (!_speaksFor(receiver)) _checkClaimFor(receiver, round);
        address delegate = _delegators[msg.sender].delegate; // null after a full unbonding
        uint256 oldLockId = _unbond(amount, round, votes, oldHint);
        uint256 newLockId = _passLock(oldLockId, receiver);

        emit TransferBond(msg.sender, receiver, oldLockId, newLockId, amount);

        _claim(receiver, round);
        _startReceiving(receiver, delegate, round);
        _bondLock(receiver, newLockId, round, votes, newHint);
    }

    /// @dev A lock of the caller becomes one of `receiver`, with its amount and its round.
    function _passLock(uint256 lockId, address receiver) private returns (uint256 newLockId) {
        (uint256 amount, uint256 withdrawRound) = _takeLock(msg.sender, lockId);
        newLockId = _addLock(_delegators[receiver], amount, withdrawRound);
    }

    /// @dev Who has no stake receives it from the next round on, and who has no delegate either, at the old owner's.
    ///      That is not to be `receiver` itself, or anybody could make an orchestrator of it.
    function _startReceiving(address receiver, address delegate, uint256 round) private {
        Delegator storage del = _delegators[receiver];
        if (del.bondedAmount > 0) return;

        if (del.delegate == address(0)) {
            require(delegate != receiver, DelegateNotAllowed(msg.sender, receiver));
            require(receiver != address(0), DelegatorZeroAddress());
            del.delegate = delegate;
        }
        del.startRound = uint32(round + 1);
    }
}
