// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IBondingVotes} from "interfaces/IBondingVotes.sol";
import {IMinter} from "interfaces/IMinter.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";
import {ActiveSetModule} from "./ActiveSetModule.sol";

/// @title Bonding, unbonding, bonding again, withdrawing
abstract contract DelegationModule is ActiveSetModule {
    using SafeCast for uint256;

    function _bond(uint256 amount, address owner, address to, Hint memory oldHint, Hint memory newHint) internal {
        (uint256 round, IBondingVotes votes) = _open();
        bool trusted = _speaksFor(owner);
        if (!trusted) _checkClaimFor(owner, round);
        _claim(owner, round);
        _checkPendingDeactivation(to, round);
        Delegator storage del = _delegators[owner];
        if (!trusted) _checkBondFor(owner, del, to);

        address from = del.delegate;
        uint256 moved = amount + _startBond(votes, owner, del, to, round, oldHint);
        _recordFactors(_transcoders[to], round);
        require(moved > 0, BondAmountZero());
        del.delegate = to;
        del.bondedAmount = (del.bondedAmount + amount).toUint128();
        _increaseStake(to, moved, round, newHint);
        if (to != owner) _checkpoint(votes, to, round);

        if (amount > 0) {
            IERC20(_lookUpKnown(ContractIds.LIVEPEER_TOKEN)).transferFrom(msg.sender, address(_minter()), amount);
        }
        emit Bond(to, from, owner, amount, del.bondedAmount);
        _checkpoint(votes, owner, round);
    }

    function _unbond(uint256 amount, Hint memory hint) internal {
        (uint256 round, IBondingVotes votes) = _open();
        _unbond(amount, round, votes, hint);
    }

    /// @return lockId Id of the new lock of the caller.
    function _unbond(
        uint256 amount,
        uint256 round,
        IBondingVotes votes,
        Hint memory hint
    ) internal returns (uint256 lockId) {
        _claim(msg.sender, round);
        Delegator storage del = _delegators[msg.sender];
        DelegatorStatus status = _statusOf(del, round);
        require(status == DelegatorStatus.Bonded, DelegatorNotBonded(msg.sender, status));
        require(amount > 0, UnbondAmountZero());
        uint256 bonded = del.bondedAmount;
        require(amount <= bonded, UnbondAmountTooLarge(amount, bonded));

        address delegate = del.delegate;
        uint256 withdrawRound = round + unbondingPeriod;
        lockId = _addLock(del, amount, withdrawRound);
        del.bondedAmount = uint128(bonded - amount);
        if (amount == bonded) {
            (del.delegate, del.startRound) = (address(0), 0);
            if (_isInPool(_transcoders[msg.sender])) _resign(msg.sender, round);
        }
        _decreaseStake(delegate, amount, round, hint);

        if (delegate != msg.sender) _checkpoint(votes, delegate, round);
        emit Unbond(delegate, msg.sender, lockId, amount, withdrawRound);
        _checkpoint(votes, msg.sender, round);
    }

    function _rebond(uint256 lockId, Hint memory hint) internal {
        (uint256 round, IBondingVotes votes) = _open();
        _claim(msg.sender, round);
        require(_delegators[msg.sender].bondedAmount > 0, DelegatorUnbonded(msg.sender));

        _bondLock(msg.sender, lockId, round, votes, hint);
    }

    function _rebondFromUnbonded(address to, uint256 lockId, Hint memory hint) internal {
        (uint256 round, IBondingVotes votes) = _open();
        _claim(msg.sender, round);
        Delegator storage del = _delegators[msg.sender];
        require(del.bondedAmount == 0, DelegatorNotUnbonded(msg.sender));

        _recordFactors(_transcoders[to], round);
        (del.delegate, del.startRound) = (to, uint32(round + 1));
        _bondLock(msg.sender, lockId, round, votes, hint);
    }

    function _withdrawStake(uint256 lockId) internal {
        IMinter minter = IMinter(_lookUpOpen(ContractIds.MINTER));
        (uint256 round, ) = _workRound();
        (uint256 amount, uint256 withdrawRound) = _takeLock(msg.sender, lockId);
        require(withdrawRound <= round, UnbondingLockNotOpen(withdrawRound, round));

        _payOut(minter, msg.sender, amount);

        emit WithdrawStake(msg.sender, lockId, amount, withdrawRound);
    }

    function _withdrawFees(address payable recipient, uint256 amount) internal {
        (uint256 round, IBondingVotes votes) = _open();
        _claim(msg.sender, round);
        require(recipient != address(0), FeeRecipientZeroAddress());
        Delegator storage del = _delegators[msg.sender];
        uint256 fees = del.fees;
        require(amount <= fees, FeesInsufficient(amount, fees));

        del.fees = uint128(fees - amount);
        // Gives `recipient` control; the books are settled, and stay so while it calls.
        _minter().trustedWithdrawETH(recipient, amount);

        emit WithdrawFees(msg.sender, recipient, amount);
        _checkpoint(votes, msg.sender, round);
    }

    /// @dev Bonds the amount of a lock to the delegate of its owner.
    function _bondLock(
        address owner,
        uint256 lockId,
        uint256 round,
        IBondingVotes votes,
        Hint memory hint
    ) internal {
        (uint256 amount, ) = _takeLock(owner, lockId);
        Delegator storage del = _delegators[owner];
        address delegate = del.delegate;
        del.bondedAmount += uint128(amount); // safe cast: amounts of locks have no more bits
        _checkPendingDeactivation(delegate, round);
        _increaseStake(delegate, amount, round, hint);

        if (delegate != owner) _checkpoint(votes, delegate, round);
        emit Rebond(delegate, owner, lockId, amount);
        _checkpoint(votes, owner, round);
    }

    /// @return lockId Id of the new lock.
    function _addLock(Delegator storage del, uint256 amount, uint256 withdrawRound) internal returns (uint256 lockId) {
        unchecked {
            lockId = del.nextUnbondingLockId++;
            // safe casts: amounts have 104 bits, periods 64
            del.unbondingLocks[lockId] = UnbondingLock(uint128(amount), uint128(withdrawRound));
        }
    }

    /// @dev Uses a lock up.
    function _takeLock(address owner, uint256 lockId) internal returns (uint256 amount, uint256 withdrawRound) {
        UnbondingLock storage lock = _delegators[owner].unbondingLocks[lockId];
        (amount, withdrawRound) = (lock.amount, lock.withdrawRound);
        require(withdrawRound > 0, UnbondingLockInvalid(owner, lockId));

        delete _delegators[owner].unbondingLocks[lockId];
    }

    /// @dev The migrator carries over what its users have agreed to on L1.
    function _speaksFor(address owner) internal view returns (bool) {
        return msg.sender == owner || msg.sender == _lookUp(ContractIds.L2_MIGRATOR);
    }

    /// @dev Claiming before the orchestrator has called reward costs the round's reward: nobody may do that to another.
    function _checkClaimFor(address owner, uint256 round) internal view {
        Delegator storage del = _delegators[owner];
        Transcoder storage t = _transcoders[del.delegate];
        bool harmless = del.bondedAmount == 0 ||
            !_isActive(t, round) ||
            t.lastRewardRound == round ||
            del.lastClaimRound == round;
        require(harmless, ClaimNotAuthorized(msg.sender, owner));
    }

    /// @dev Stake that begins or moves is bonded from the next round on.
    /// @return moved Stake that was taken from another delegate.
    function _startBond(
        IBondingVotes votes,
        address owner,
        Delegator storage del,
        address to,
        uint256 round,
        Hint memory oldHint
    ) private returns (uint256 moved) {
        uint256 bonded = del.bondedAmount;
        address from = del.delegate;
        if (bonded == 0) {
            del.startRound = uint32(round + 1);
        } else if (from != to) {
            require(from != owner, RegisteredTranscoderCannotMove(owner));
            del.startRound = uint32(round + 1);
            _decreaseStake(from, bonded, round, oldHint);
            _checkpoint(votes, from, round);
            moved = bonded;
        }
    }

    /// @dev A third party neither makes an orchestrator of an account nor moves its stake.
    function _checkBondFor(address owner, Delegator storage del, address to) private view {
        require(owner != address(0), DelegatorZeroAddress());
        if (del.bondedAmount == 0) {
            require(to != owner, DelegateNotAllowed(msg.sender, owner));
        } else {
            require(del.delegate == to, DelegateChangeNotAllowed(msg.sender, del.delegate, to));
        }
    }
}
