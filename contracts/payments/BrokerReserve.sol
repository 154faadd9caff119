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
            IRoundsManager(_lookUp(ContractIds.ROUNDS_MANAGER)).currentRound(),
            IBondingManager(_lookUp(ContractIds.BONDING_MANAGER))
        );
    }

    function claimedReserve(address reserveHolder, address claimant) external view returns (uint256) {
        return _claimedBy(
            reserveHolder, claimant, IRoundsManager(_lookUp(ContractIds.ROUNDS_MANAGER)).currentRound()
        );
    }

    /// @dev Moves `amount`, at most what the reserve holds, out of the reserve, on the claimant's account of `round`.
    function _claimFromReserve(address holder, address claimant, uint256 amount, uint256 round) internal {
        Account storage account = _accounts[holder];
        // Safe casts: amount <= reserve < 2^96, rounds stay below 2^64, sums below 2^192.
        account.reserve -= uint96(amount);
        account.claimed = uint192(_claimedFrom(account, round) + amount);
        account.claimRound = uint64(round);
        _claims[holder][claimant] =
            Claim({round: uint64(round), amount: uint192(_claimedBy(holder, claimant, round) + amount)});
        emit ReserveClaimed(holder, claimant, amount);
    }

    function _reserveInfo(address holder) internal view returns (ReserveInfo memory) {
        Account storage account = _accounts[holder];
        uint256 round = IRoundsManager(_lookUp(ContractIds.ROUNDS_MANAGER)).currentRound();
        return ReserveInfo({fundsRemaining: account.reserve, claimedInCurrentRound: _claimedFrom(account, round)});
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

        Account storage account = _accounts[holder];
        uint256 funds = account.reserve;
        uint256 share = (funds + _claimedFrom(account, round)) / claimants;
        return Math.min(Math.saturatingSub(share, _claimedBy(holder, claimant, round)), funds);
    }

    function _claimedFrom(Account storage account, uint256 round) private view returns (uint256) {
        return account.claimRound == round ? account.claimed : 0;
    }

    function _claimedBy(address holder, address claimant, uint256 round) private view returns (uint256) {
        Claim storage claim = _claims[holder][claimant];
        return claim.round == round ? claim.amount : 0;
    }
}
