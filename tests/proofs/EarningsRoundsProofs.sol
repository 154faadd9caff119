// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EarningsRounds} from "contracts/bonding/EarningsRounds.sol";
import {Proof} from "./Proof.sol";

/// @title A round's word holds what was put into it, whatever that is
contract EarningsRoundsProofs is Proof {
    using EarningsRounds for EarningsRounds.Data;

    EarningsRounds.Data private _rounds;

    /// @dev What the widths of the BondingManager allow: amounts of 128 bits, rounds of 32, rates of 24; factors have
    ///      no bound. No round names a later one.
    function _assumeWidths(uint256 number, EarningsRounds.Round memory r) private pure {
        vm.assume(number < 1 << 32 && r.feeRound <= number);
        vm.assume(r.stake < 1 << 128 && r.rewardCut < 1 << 24 && r.feeShare < 1 << 24);
    }

    function _same(EarningsRounds.Round memory a, EarningsRounds.Round memory b) private pure returns (bool) {
        return a.stake == b.stake && a.reward == b.reward && a.feeRound == b.feeRound && a.rewardCut == b.rewardCut
            && a.feeShare == b.feeShare;
    }

    /// @notice Stored and read back, narrow or wide, over any word that stood there before.
    function check_store_load_round_trip(uint256 number, EarningsRounds.Round memory r, uint256 before) public {
        _assumeWidths(number, r);
        _rounds.words[number] = before;
        _rounds.store(number, r);
        assert(_same(_rounds.load(number), r));
    }

    /// @notice Storing one round changes no other.
    function check_store_leaves_other_rounds(
        uint256 number,
        uint256 other,
        EarningsRounds.Round memory r,
        EarningsRounds.Round memory s
    ) public {
        _assumeWidths(number, r);
        _assumeWidths(other, s);
        vm.assume(number != other);
        _rounds.store(other, s);
        _rounds.store(number, r);
        assert(_same(_rounds.load(other), s));
    }

    /// @notice storeStake changes the stake and nothing else.
    function check_storeStake_leaves_the_rest(uint256 number, EarningsRounds.Round memory r, uint128 stake) public {
        _assumeWidths(number, r);
        _rounds.store(number, r);
        _rounds.storeStake(number, stake);
        r.stake = stake;
        assert(_same(_rounds.load(number), r));
    }

    /// @notice A factor of its own is a round's reward factor; a number of a round means that round's.
    function check_rewardFactor_follows_the_name(
        uint256 number,
        uint256 named,
        EarningsRounds.Round memory r,
        EarningsRounds.Round memory s
    ) public {
        _assumeWidths(number, r);
        _assumeWidths(named, s);
        vm.assume(named != number && named != 0);
        r.reward = named;
        _rounds.store(named, s);
        _rounds.store(number, r);
        assert(_rounds.rewardFactor(number) == s.reward);
        vm.assume(s.reward >= 1 << 32 || s.reward == 0);
        assert(_rounds.rewardFactor(named) == s.reward);
    }

    /// @notice A round's fee factor is that of the round that it names.
    function check_feeFactor_follows_the_name(uint256 number, EarningsRounds.Round memory r, uint256 factor) public {
        _assumeWidths(number, r);
        _rounds.feeFactors[r.feeRound] = factor;
        _rounds.store(number, r);
        assert(_rounds.feeFactor(number) == factor);
    }
}
