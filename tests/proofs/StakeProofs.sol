// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingManager} from "interfaces/IBondingManager.sol";
import {IController} from "interfaces/IController.sol";
import {BondingManager} from "contracts/bonding/BondingManager.sol";
import {Proof} from "./Proof.sol";
import {World} from "./World.sol";

/// @title The BondingManager, with locks and books that can be set to anything
contract BondingUnderProof is BondingManager {
    constructor(IController controller_) BondingManager(controller_) {}

    function setLock(address owner, uint256 id, uint128 amount, uint128 withdrawRound) external {
        _delegators[owner].unbondingLocks[id] = UnbondingLock(amount, withdrawRound);
    }

    function setDelegator(address account, address delegate, uint128 bonded, uint128 fees, uint32 claimRound) external {
        Delegator storage d = _delegators[account];
        (d.delegate, d.bondedAmount, d.fees, d.lastClaimRound) = (delegate, bonded, fees, claimRound);
    }

    function setLockCount(address account, uint32 count) external {
        _delegators[account].nextUnbondingLockId = count;
    }
}

/// @title Locks, and money that leaves
contract StakeProofs is Proof {
    World private _world = new World();
    BondingUnderProof private _bonding = new BondingUnderProof(IController(address(_world)));

    function _call(address caller, bytes memory data) private returns (bool success) {
        vm.prank(caller);
        (success, ) = address(_bonding).call(data);
    }

    /// @notice A lock pays its amount to its owner, once, and not before its round.
    function check_a_lock_pays_once_in_time(
        address caller,
        uint256 id,
        uint128 amount,
        uint128 withdrawRound,
        uint32 round
    ) public {
        _bonding.setLock(caller, id, amount, withdrawRound);
        _world.setRound(round, bytes32(0));
        bytes memory data = abi.encodeCall(IBondingManager.withdrawStake, (id));
        bool success = _call(caller, data);
        assert(success == (withdrawRound != 0 && withdrawRound <= round));
        if (!success) return;
        assert(_world.paidTo() == uint160(caller) && _world.paidAmount() == amount && _world.payments() == 1);
        assert(!_bonding.isValidUnbondingLock(caller, id));
        assert(!_call(caller, data));
    }

    /// @notice Nobody's call pays or uses up another's lock.
    function check_locks_are_their_owners(
        address owner,
        address caller,
        uint256 id,
        uint256 other,
        uint128 amount,
        uint128 withdrawRound,
        uint32 round
    ) public {
        vm.assume(caller != owner);
        _bonding.setLock(owner, id, amount, withdrawRound);
        _world.setRound(round, bytes32(0));
        _call(caller, abi.encodeCall(IBondingManager.withdrawStake, (other)));
        (uint256 left, uint256 since) = _bonding.getDelegatorUnbondingLock(owner, id);
        assert(left == amount && since == withdrawRound);
    }

    /// @notice Fees leave to whom their owner names, never more than there are, and what is left is left.
    function check_fees_leave_exactly(
        address caller,
        address payable to,
        uint128 fees,
        uint256 amount,
        uint32 round,
        uint128 bonded
    ) public {
        vm.assume(round > 0);
        _bonding.setDelegator(caller, address(0x4001), bonded, fees, round);
        vm.assume(caller != address(0x4001));
        _world.setRound(round, bytes32(0));
        bool success = _callWithVotes(caller, abi.encodeCall(IBondingManager.withdrawFees, (to, amount)));
        assert(success == (amount <= fees && to != address(0)));
        (, uint256 left, , , , , ) = _bonding.getDelegator(caller);
        assert(left == (success ? fees - amount : fees));
        if (success) assert(_world.paidTo() == uint160(address(to)) && _world.paidAmount() == amount);
        if (!success) assert(_world.payments() == 0);
    }

    function _callWithVotes(address caller, bytes memory data) private returns (bool) {
        return _call(caller, data);
    }

    /// @notice Who may claim rewards for an orchestrator is the one it named last.
    function check_reward_callers_are_named(address orchestrator, address named, address caller) public {
        vm.prank(orchestrator);
        _bonding.setRewardCaller(named);
        assert(_bonding.transcoderToRewardCaller(orchestrator) == named);
        vm.assume(caller != named);
        assert(!_call(caller, abi.encodeCall(IBondingManager.rewardForTranscoder, (orchestrator))));
    }

    /// @notice The pool only grows, and not beyond what ids can count.
    function check_the_pool_only_grows(uint256 first, uint256 second) public {
        _world.setOwner(address(this));
        bytes memory data = abi.encodeCall(IBondingManager.setNumActiveTranscoders, (first));
        bool success = _call(address(this), data);
        assert(success == (first > 0 && first <= type(uint16).max));
        if (!success) return;
        data = abi.encodeCall(IBondingManager.setNumActiveTranscoders, (second));
        assert(_call(address(this), data) == (second > first && second <= type(uint16).max));
    }

    /// @notice The treasury's cut is a share of 1e27 and counts from the next round; its ceiling is any amount.
    function check_treasury_parameters(uint256 cut, uint256 ceiling) public {
        _world.setOwner(address(this));
        bool success = _call(address(this), abi.encodeCall(IBondingManager.setTreasuryRewardCutRate, (cut)));
        assert(success == (cut <= 1e27));
        if (success) assert(_bonding.nextRoundTreasuryRewardCutRate() == cut && _bonding.treasuryRewardCutRate() == 0);
        _bonding.setTreasuryBalanceCeiling(ceiling);
        assert(_bonding.treasuryBalanceCeiling() == ceiling);
    }
}
