// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingVotes} from "interfaces/IBondingVotes.sol";
import {IController} from "interfaces/IController.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";
import {ManagerProxyTarget} from "contracts/shared/ManagerProxyTarget.sol";
import {PreciseMath} from "contracts/shared/PreciseMath.sol";
import {RankedPool} from "contracts/shared/RankedPool.sol";
import {BondingViews} from "./BondingViews.sol";
import {RewardModule} from "./RewardModule.sol";
import {SlashingModule} from "./SlashingModule.sol";
import {TransferModule} from "./TransferModule.sol";

/// @title Stake: bonding, the active set, rewards and fees; what each function promises stands in {IBondingManager}
/// @dev The surface. State is in BondingStorage, behaviour in the modules:
///        EarningsModule <- ActiveSetModule <- DelegationModule <- TransferModule
///        ActiveSetModule <- RewardModule, SlashingModule, BondingViews
contract BondingManager is TransferModule, RewardModule, SlashingModule, BondingViews {
    using RankedPool for RankedPool.Data;
    constructor(IController controller_) ManagerProxyTarget(controller_) {}

    function bond(uint256 amount, address to) external {
        _bond(amount, msg.sender, to, _noHint(), _noHint());
    }

    function bondWithHint(
        uint256 amount,
        address to,
        address oldDelegateNewPosPrev,
        address oldDelegateNewPosNext,
        address currDelegateNewPosPrev,
        address currDelegateNewPosNext
    ) external {
        Hint memory oldHint = Hint(oldDelegateNewPosPrev, oldDelegateNewPosNext);
        _bond(amount, msg.sender, to, oldHint, Hint(currDelegateNewPosPrev, currDelegateNewPosNext));
    }

    function bondForWithHint(
        uint256 amount,
        address owner,
        address to,
        address oldDelegateNewPosPrev,
        address oldDelegateNewPosNext,
        address currDelegateNewPosPrev,
        address currDelegateNewPosNext
    ) external {
        Hint memory oldHint = Hint(oldDelegateNewPosPrev, oldDelegateNewPosNext);
        _bond(amount, owner, to, oldHint, Hint(currDelegateNewPosPrev, currDelegateNewPosNext));
    }

    function unbond(uint256 amount) external {
        _unbond(amount, _noHint());
    }

    function unbondWithHint(uint256 amount, address newPosPrev, address newPosNext) external {
        _unbond(amount, Hint(newPosPrev, newPosNext));
    }

    function rebond(uint256 unbondingLockId) external {
        _rebond(unbondingLockId, _noHint());
    }

    function rebondWithHint(uint256 unbondingLockId, address newPosPrev, address newPosNext) external {
        _rebond(unbondingLockId, Hint(newPosPrev, newPosNext));
    }

    function rebondFromUnbonded(address to, uint256 unbondingLockId) external {
        _rebondFromUnbonded(to, unbondingLockId, _noHint());
    }

    function rebondFromUnbondedWithHint(
        address to,
        uint256 unbondingLockId,
        address newPosPrev,
        address newPosNext
    ) external {
        _rebondFromUnbonded(to, unbondingLockId, Hint(newPosPrev, newPosNext));
    }

    function transferBond(
        address delegator,
        uint256 amount,
        address oldDelegateNewPosPrev,
        address oldDelegateNewPosNext,
        address newDelegateNewPosPrev,
        address newDelegateNewPosNext
    ) external {
        Hint memory oldHint = Hint(oldDelegateNewPosPrev, oldDelegateNewPosNext);
        _transferBond(delegator, amount, oldHint, Hint(newDelegateNewPosPrev, newDelegateNewPosNext));
    }

    function withdrawStake(uint256 unbondingLockId) external {
        _withdrawStake(unbondingLockId);
    }

    function withdrawFees(address payable recipient, uint256 amount) external {
        _withdrawFees(recipient, amount);
    }

    function claimEarnings(uint256) external {
        (uint256 round, IBondingVotes votes) = _open();
        _claim(msg.sender, round);
        _checkpoint(votes, msg.sender, round);
    }

    function transcoder(uint256 rewardCut, uint256 feeShare) external {
        _setRates(msg.sender, rewardCut, feeShare, _noHint());
    }

    function transcoderWithHint(uint256 rewardCut, uint256 feeShare, address newPosPrev, address newPosNext) external {
        _setRates(msg.sender, rewardCut, feeShare, Hint(newPosPrev, newPosNext));
    }

    function reward() external {
        _reward(msg.sender, _noHint());
    }

    function rewardWithHint(address newPosPrev, address newPosNext) external {
        _reward(msg.sender, Hint(newPosPrev, newPosNext));
    }

    function rewardForTranscoder(address account) external {
        _rewardFor(account, _noHint());
    }

    function rewardForTranscoderWithHint(address account, address newPosPrev, address newPosNext) external {
        _rewardFor(account, Hint(newPosPrev, newPosNext));
    }

    function setRewardCaller(address rewardCaller) external whenSystemNotPaused {
        transcoderToRewardCaller[msg.sender] = rewardCaller;

        emit RewardCallerSet(msg.sender, rewardCaller);
    }

    function slashTranscoder(
        address account,
        address finder,
        uint256 slashAmount,
        uint256 finderFee
    ) external whenSystemNotPaused onlyContract(ContractIds.VERIFIER) {
        _slash(account, finder, slashAmount, finderFee);
    }

    function updateTranscoderWithFees(
        address account,
        uint256 fees,
        uint256
    ) external whenSystemNotPaused onlyContract(ContractIds.TICKET_BROKER) {
        _addFees(account, fees);
    }

    function setCurrentRoundTotalActiveStake() external onlyContract(ContractIds.ROUNDS_MANAGER) {
        uint256 round = _refreshWindow();
        _currentRoundTotalActiveStake = _nextRoundTotalActiveStake;

        if (_treasuryRewardCutRate != _nextRoundTreasuryRewardCutRate) {
            _treasuryRewardCutRate = _nextRoundTreasuryRewardCutRate;
            _announce("treasuryRewardCutRate");
        }

        _votes().checkpointTotalActiveStake(_currentRoundTotalActiveStake, round);
    }

    function refreshRoundWindow() external {
        _refreshWindow();
    }

    function checkpointBondingState(address account) external {
        _checkpoint(_votes(), account, _currentRound());
    }

    function setUnbondingPeriod(uint64 newUnbondingPeriod) external onlyControllerOwner {
        unbondingPeriod = newUnbondingPeriod;

        _announce("unbondingPeriod");
    }

    function setNumActiveTranscoders(uint256 numActiveTranscoders) external onlyControllerOwner {
        uint256 current = _pool.maxSize;
        require(numActiveTranscoders > current, PoolSizeNotIncreased(numActiveTranscoders, current));
        uint256 limit = type(uint16).max;
        require(numActiveTranscoders <= limit, PoolSizeTooLarge(numActiveTranscoders, limit));
        _pool.grow(uint16(numActiveTranscoders));

        _announce("numActiveTranscoders");
    }

    function setTreasuryRewardCutRate(uint256 cutRate) external onlyControllerOwner {
        PreciseMath.check(cutRate);
        _setNextTreasuryCutRate(uint96(cutRate));
    }

    function setTreasuryBalanceCeiling(uint256 ceiling) external onlyControllerOwner {
        _setCeiling(ceiling);

        _announce("treasuryBalanceCeiling");
    }

    function _noHint() private pure returns (Hint memory) {}
}
