// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EarningsRounds} from "contracts/bonding/EarningsRounds.sol";
import {MillionthMath} from "contracts/shared/MillionthMath.sol";
import {Proof} from "./Proof.sol";

/// @title Claims that are wrong, each by a little; a prover that does not refute them all proves nothing
contract Controls is Proof {
    using EarningsRounds for EarningsRounds.Data;

    EarningsRounds.Data private _rounds;

    /// @notice Wrong: a round that names the one after it as its fee round loses the name.
    function check_control_any_fee_round_comes_back(uint32 number, uint32 feeRound) public {
        EarningsRounds.Round memory r;
        r.feeRound = feeRound;
        _rounds.store(number, r);
        assert(_rounds.load(number).feeRound == feeRound);
    }

    /// @notice Wrong: parts are rounded down, so two of them can be a wei short.
    function check_control_parts_add_up(uint104 amount, uint256 share) public pure {
        vm.assume(share <= MillionthMath.ONE);
        uint256 rest = MillionthMath.ONE - share;
        assert(MillionthMath.portion(amount, share) + MillionthMath.portion(amount, rest) == amount);
    }

    /// @notice Wrong: a stake above 128 bits is cut.
    function check_control_any_stake_comes_back(uint32 number, uint256 stake) public {
        EarningsRounds.Round memory r;
        r.stake = stake;
        _rounds.store(number, r);
        assert(_rounds.load(number).stake == stake);
    }
}
