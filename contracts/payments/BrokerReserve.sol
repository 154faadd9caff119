// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IBondingManager} from "interfaces/IBondingManager.sol";
import {IRoundsManager} from "interfaces/IRoundsManager.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";
import {BrokerStorage} from "./BrokerStorage.sol";

/// @title What stands behind a sender when its deposit runs out: an equal share a round for each active recipient
/// @dev The cap per round is what keeps a sender from spending its reserve on itself before others come to claim.
abstract contract BrokerReserve is BrokerStorage {
    function getReserveInfo(address reserveHolder) external view returns (ReserveInfo memory info) {
        return _reserveInfo(reserveHolder);
    }

    function claimableReserve(address reserveHolder, address claimant) external view returns (uint256) {
        return _claimableReserve(
            reserveHolder,
            claimant,
            IRoundsManager(_lookUpKnown(ContractIds.ROUNDS_MANAGER)).currentRound(),
            IBondingManager(_lookUpKnown(ContractIds.BONDING_MANAGER))
        );
    }

    function claimedReserve(address reserveHolder, address claimant) external view returns (uint256) {
        uint256 currentRound = IRoundsManager(_lookUpKnown(ContractIds.ROUNDS_MANAGER)).currentRound();
        return _amountIn(currentRound, _claimsBy[reserveHolder][claimant]);
    }

    /// @dev Moves `amount`, at most what the reserve holds, out of the reserve, on the claimant's account of `round`.
    function _claimFromReserve(address holder, address claimant, uint256 amount, uint256 round) internal {
        _accounts[holder].reserve -= uint96(amount); // safe cast: not above the reserve
        _add(_claimsFrom[holder], amount, round);
        _add(_claimsBy[holder][claimant], amount, round);
        emit ReserveClaimed(holder, claimant, amount);
    }

    function _reserveInfo(address holder) internal view returns (ReserveInfo memory) {
        uint256 currentRound = IRoundsManager(_lookUpKnown(ContractIds.ROUNDS_MANAGER)).currentRound();
        return ReserveInfo({
            fundsRemaining: _accounts[holder].reserve,
            claimedInCurrentRound: _amountIn(currentRound, _claimsFrom[holder])
        });
    }

    /// @dev Who may claim is decided by this round's active set, the divisor is the size of the next one's. Where the
    ///      two differ a share can be less than what was claimed, or more than what is left.
    function _claimableReserve(address holder, address claimant, uint256 round, IBondingManager bonding)
        internal
        view
        returns (uint256)
    {
        if (!bonding.isActiveTranscoder(claimant)) return 0;
        uint256 claimants = bonding.getTranscoderPoolSize();
        if (claimants == 0) return 0;

        uint256 funds = _accounts[holder].reserve;
        uint256 share = (funds + _amountIn(round, _claimsFrom[holder])) / claimants;
        return Math.min(Math.saturatingSub(share, _amountIn(round, _claimsBy[holder][claimant])), funds);
    }

    function _add(Claim storage claim, uint256 amount, uint256 round) private {
        // Safe casts: rounds stay below 2^64, and 2^96 claims of all that a reserve can hold below 2^192.
        claim.amount = uint192(_amountIn(round, claim) + amount);
        claim.round = uint64(round);
    }

    function _amountIn(uint256 round, Claim storage claim) private view returns (uint256) {
        return claim.round == round ? claim.amount : 0;
    }
}
