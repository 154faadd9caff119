// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMinter} from "interfaces/IMinter.sol";
import {MillionthMath} from "contracts/shared/MillionthMath.sol";
import {ActiveSetModule} from "./ActiveSetModule.sol";

/// @title Stake taken from an orchestrator that a verifier has found at fault
/// @dev As on the live network no verifier is registered, so nobody can be slashed. Where one is, what it cannot take
///      is what the orchestrator's delegators have bonded and what this round already counts with.
abstract contract SlashingModule is ActiveSetModule {
    /// @dev Takes `slashAmount` of the account's bonded stake, of which `finderFee` goes to the finder; the rest is
    ///      burnt.
    function _slash(address account, address finder, uint256 slashAmount, uint256 finderFee) internal {
        uint256 round = _currentRound();
        _claim(account, round);

        (uint256 penalty, uint256 fee) = (0, 0);
        if (_delegators[account].bondedAmount > 0) {
            MillionthMath.check(slashAmount);
            penalty = _takePenalty(account, slashAmount, round);
            fee = _payOutPenalty(finder, penalty, finderFee);
        }

        emit TranscoderSlashed(account, finder, penalty, fee);
        _checkpoint(_votes(), account, round);
    }

    /// @dev The orchestrator leaves the pool with the stake that it had; only then is the penalty taken off.
    function _takePenalty(address account, uint256 slashAmount, uint256 round) private returns (uint256 penalty) {
        Delegator storage del = _delegators[account];
        uint256 bonded = del.bondedAmount;
        penalty = MillionthMath.portion(bonded, slashAmount);
        if (_isInPool(_transcoders[account])) _resign(account, round);

        // safe casts: not above the whole, since the share is not above 100 %
        del.bondedAmount = uint128(bonded - penalty);
        if (_statusOf(del, round) == DelegatorStatus.Bonded) {
            Transcoder storage t = _transcoders[del.delegate];
            _settleStake(t);
            t.delegatedAmount -= uint104(penalty);
        }
    }

    function _payOutPenalty(address finder, uint256 penalty, uint256 finderFee) private returns (uint256 fee) {
        IMinter minter = _minter();
        if (finder != address(0)) {
            MillionthMath.check(finderFee);
            fee = MillionthMath.portion(penalty, finderFee);
            _payOut(minter, finder, fee);
        }
        minter.trustedBurnTokens(penalty - fee);
    }
}
