// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The BondingManager's long answers as structs
/// @dev A struct of words is encoded as its members are, so the published functions can be read this way; the published
///      form, ten values side by side, does not fit on the stack of a caller that keeps them.
interface IBondingBooks {
    struct DelegatorView {
        uint256 bondedAmount;
        uint256 fees;
        address delegateAddress;
        uint256 delegatedAmount;
        uint256 startRound;
        uint256 lastClaimRound;
        uint256 nextUnbondingLockId;
    }

    struct TranscoderView {
        uint256 lastRewardRound;
        uint256 rewardCut;
        uint256 feeShare;
        uint256 lastActiveStakeUpdateRound;
        uint256 activationRound;
        uint256 deactivationRound;
        uint256 activeCumulativeRewards;
        uint256 cumulativeRewards;
        uint256 cumulativeFees;
        uint256 lastFeeRound;
    }

    struct PoolView {
        uint256 totalStake;
        uint256 transcoderRewardCut;
        uint256 transcoderFeeShare;
        uint256 cumulativeRewardFactor;
        uint256 cumulativeFeeFactor;
    }

    function getDelegator(address delegator) external view returns (DelegatorView memory);

    function getTranscoder(address transcoder) external view returns (TranscoderView memory);

    function getTranscoderEarningsPoolForRound(address transcoder, uint256 round)
        external
        view
        returns (PoolView memory);
}
