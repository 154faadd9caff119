// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IBondingManager} from "interfaces/IBondingManager.sol";
import {IController} from "interfaces/IController.sol";
import {IManager} from "interfaces/IManager.sol";
import {IMinter} from "interfaces/IMinter.sol";
import {IProtocolLens} from "interfaces/IProtocolLens.sol";
import {IRoundsManager} from "interfaces/IRoundsManager.sol";
import {IServiceRegistry} from "interfaces/IServiceRegistry.sol";
import {ITicketBroker} from "interfaces/ITicketBroker.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";

/// @title Many views in one; what each function promises stands in {IProtocolLens}
contract ProtocolLens is IProtocolLens {
    IController private immutable _CONTROLLER;

    constructor(IController controller_) {
        _CONTROLLER = controller_;
    }

    function systemState() external view returns (SystemState memory s) {
        _fillRound(s);
        _fillStake(s);
        _fillMoney(s);
        (s.paused, s.owner) = (_CONTROLLER.paused(), _CONTROLLER.owner());
    }

    function parameters() external view returns (Parameters memory p) {
        IRoundsManager rounds = _rounds();
        (p.roundLength, p.roundLockAmount) = (rounds.roundLength(), rounds.roundLockAmount());
        IBondingManager bonding = _bonding();
        p.unbondingPeriod = bonding.unbondingPeriod();
        p.poolMaxSize = bonding.getTranscoderPoolMaxSize();
        p.treasuryRewardCutRate = bonding.treasuryRewardCutRate();
        p.nextTreasuryRewardCutRate = bonding.nextRoundTreasuryRewardCutRate();
        p.treasuryBalanceCeiling = bonding.treasuryBalanceCeiling();
        ITicketBroker broker = ITicketBroker(_find(ContractIds.TICKET_BROKER));
        (p.unlockPeriod, p.ticketValidityPeriod) = (broker.unlockPeriod(), broker.ticketValidityPeriod());
        IMinter minter = IMinter(_find(ContractIds.MINTER));
        (p.inflationChange, p.targetBondingRate) = (minter.inflationChange(), minter.targetBondingRate());
    }

    function activeSet() external view returns (TranscoderInfo[] memory) {
        return activeSetPage(_rounds().currentRound(), 0, type(uint256).max);
    }

    function activeSet(uint256 round) external view returns (TranscoderInfo[] memory) {
        return activeSetPage(round, 0, type(uint256).max);
    }

    function delegatorEarnings(address delegator) external view returns (DelegatorEarnings memory e) {
        IBondingManager bonding = _bonding();
        uint256 round = _rounds().currentRound();
        (e.bondedAmount, e.fees, e.delegate,, e.startRound, e.lastClaimRound,) = bonding.getDelegator(delegator);
        e.status = bonding.delegatorStatus(delegator);
        e.pendingStake = bonding.pendingStake(delegator, round);
        e.pendingFees = bonding.pendingFees(delegator, round);
        if (e.delegate != address(0)) {
            e.delegateActive = bonding.isActiveTranscoder(e.delegate);
            (uint256 lastRewardRound,,,,,,,,,) = bonding.getTranscoder(e.delegate);
            e.delegateRewarded = lastRewardRound == round;
        }
        bool toClaim = e.status == IBondingManager.DelegatorStatus.Bonded && e.lastClaimRound < round;
        e.forfeitsReward = toClaim && e.delegateActive && !e.delegateRewarded;
    }

    function unbondingLocks(address delegator) external view returns (LockInfo[] memory) {
        return unbondingLocksPage(delegator, 0, type(uint256).max);
    }

    function controller() external view returns (address) {
        return address(_CONTROLLER);
    }

    function activeSetPage(uint256 round, uint256 start, uint256 count)
        public
        view
        returns (TranscoderInfo[] memory members)
    {
        IBondingManager bonding = _bonding();
        IServiceRegistry registry = IServiceRegistry(_find(ContractIds.SERVICE_REGISTRY));
        uint256 size = bonding.getTranscoderPoolSize();
        members = new TranscoderInfo[](Math.min(count, Math.saturatingSub(size, start)));

        if (members.length == 0) return members;

        address account = bonding.getFirstTranscoderInPool();
        for (uint256 i = 0; i < start + members.length; ++i) {
            if (i >= start) {
                TranscoderInfo memory member = members[i - start];
                (member.rank, member.account) = (i + 1, account);
                member.serviceURI = registry.getServiceURI(account);
                _fillMember(member, bonding, round);
            }
            account = bonding.getNextTranscoderInPool(account);
        }
    }

    function unbondingLocksPage(address delegator, uint256 start, uint256 count)
        public
        view
        returns (LockInfo[] memory locks)
    {
        IBondingManager bonding = _bonding();
        uint256 round = _rounds().currentRound();
        (,,,,,, uint256 end) = bonding.getDelegator(delegator);
        end = Math.min(end, Math.saturatingAdd(start, count));

        LockInfo[] memory found = new LockInfo[](Math.saturatingSub(end, start));
        uint256 used;
        for (uint256 id = start; id < end; ++id) {
            (uint256 amount, uint256 withdrawRound) = bonding.getDelegatorUnbondingLock(delegator, id);
            if (withdrawRound == 0) continue;
            found[used++] = LockInfo(id, amount, withdrawRound, withdrawRound <= round);
        }

        locks = new LockInfo[](used);
        for (uint256 i = 0; i < used; ++i) locks[i] = found[i];
    }

    function _fillMember(TranscoderInfo memory member, IBondingManager bonding, uint256 round) private view {
        uint256 updateRound;
        (
            member.lastRewardRound,
            member.rewardCut,
            member.feeShare,
            updateRound,
            member.activationRound,
            member.deactivationRound,
            ,
            ,
            ,
        ) = bonding.getTranscoder(member.account);
        member.stake = bonding.transcoderTotalStake(member.account);
        member.active = member.activationRound <= round && round < member.deactivationRound;
        member.rewardCall = _rewardCall(member, bonding, round);
        // Stake is recorded for the round after a change, and holds until the next one.
        (member.roundStake,,,,) =
            bonding.getTranscoderEarningsPoolForRound(member.account, Math.min(updateRound, round));
    }

    /// @dev A reward leaves a factor behind, and nothing but a reward makes one grow. One that stands alone can come
    ///      from a claim as well, and the reward of who keeps all of it lets the factor be.
    function _rewardCall(TranscoderInfo memory member, IBondingManager bonding, uint256 round)
        private
        view
        returns (RewardCall)
    {
        if (member.lastRewardRound < round || round == 0) return RewardCall.No; // zero: never
        if (member.lastRewardRound == round) return RewardCall.Yes;
        (,,, uint256 factor,) = bonding.getTranscoderEarningsPoolForRound(member.account, round);
        if (factor == 0) return RewardCall.No;
        (,,, uint256 before,) = bonding.getTranscoderEarningsPoolForRound(member.account, round - 1);
        return before != 0 && before < factor ? RewardCall.Yes : RewardCall.Unknown;
    }

    function _fillRound(SystemState memory s) private view {
        IRoundsManager rounds = _rounds();
        s.blockNumber = rounds.blockNum();
        (s.round, s.initialized, s.locked) = rounds.currentRoundState();
        (s.roundStartBlock, s.roundLength) = (rounds.currentRoundStartBlock(), rounds.roundLength());
        s.blocksLeft = s.roundStartBlock + s.roundLength - s.blockNumber;
        s.lastInitializedRound = rounds.lastInitializedRound();
    }

    function _fillStake(SystemState memory s) private view {
        IBondingManager bonding = _bonding();
        (s.poolSize, s.poolMaxSize) = (bonding.getTranscoderPoolSize(), bonding.getTranscoderPoolMaxSize());
        s.activeStake = bonding.currentRoundTotalActiveStake();
        s.nextActiveStake = bonding.nextRoundTotalActiveStake();
    }

    function _fillMoney(SystemState memory s) private view {
        IMinter minter = IMinter(_find(ContractIds.MINTER));
        s.supply = minter.getGlobalTotalSupply();
        s.inflation = minter.inflation();
        (s.mintable, s.minted) = (minter.currentMintableTokens(), minter.currentMintedTokens());
        IERC20 token = IERC20(_find(ContractIds.LIVEPEER_TOKEN));
        (s.vaultLpt, s.vaultEth) = (token.balanceOf(address(minter)), address(minter).balance);
        s.treasury = _CONTROLLER.getContract(ContractIds.TREASURY);
        s.treasuryLpt = token.balanceOf(s.treasury);
    }

    function _bonding() private view returns (IBondingManager) {
        return IBondingManager(_find(ContractIds.BONDING_MANAGER));
    }

    function _rounds() private view returns (IRoundsManager) {
        return IRoundsManager(_find(ContractIds.ROUNDS_MANAGER));
    }

    function _find(bytes32 id) private view returns (address known) {
        known = _CONTROLLER.getContract(id);
        require(known != address(0), IManager.ContractNotRegistered(id));
    }
}
