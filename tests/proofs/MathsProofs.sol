// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BillionthMath} from "contracts/shared/BillionthMath.sol";
import {MillionthMath} from "contracts/shared/MillionthMath.sol";
import {PreciseMath} from "contracts/shared/PreciseMath.sol";
import {HarnessShares} from "contracts/test/HarnessShares.sol";
import {Proof} from "./Proof.sol";

/// @title Shares: what is let through, and how they are rounded
contract MathsProofs is Proof, HarnessShares {
    function millionths(uint256 amount, uint256 share) external pure returns (uint256) {
        return MillionthMath.portion(amount, share);
    }

    function billionths(uint256 amount, uint256 share) external pure returns (uint256) {
        return BillionthMath.portion(amount, share);
    }

    /// @notice A share is let through exactly if it is at most the whole of its own scale.
    function check_shares_end_at_the_whole(uint256 share) public {
        assert(_succeeds(abi.encodeCall(this.checkMillionths, (share))) == (share <= 1e6));
        assert(_succeeds(abi.encodeCall(this.checkBillionths, (share))) == (share <= 1e9));
        assert(_succeeds(abi.encodeCall(this.checkPrecise, (share))) == (share <= 1e27));
    }

    /// @notice Millionths of amounts up to 2^236 never overflow.
    function check_millionths_never_overflow(uint256 amount, uint256 share) public {
        vm.assume(amount <= 1 << 236 && share <= MillionthMath.ONE);
        assert(_succeeds(abi.encodeCall(this.millionths, (amount, share))));
    }

    /// @notice Billionths of amounts up to 2^226 never overflow.
    function check_billionths_never_overflow(uint256 amount, uint256 share) public {
        vm.assume(amount <= 1 << 226 && share <= BillionthMath.ONE);
        assert(_succeeds(abi.encodeCall(this.billionths, (amount, share))));
    }

    /// @notice A part in millionths is rounded down: never above the true value.
    function check_millionths_are_not_above(uint104 amount, uint256 share) public pure {
        vm.assume(share <= MillionthMath.ONE);
        uint256 part = MillionthMath.portion(amount, share);
        unchecked {
            assert(part * MillionthMath.ONE <= uint256(amount) * share);
        }
    }

    /// @notice A part in millionths is less than a wei below the true value.
    function check_millionths_are_close(uint104 amount, uint256 share) public pure {
        vm.assume(share <= MillionthMath.ONE);
        uint256 part = MillionthMath.portion(amount, share);
        unchecked {
            assert(part * MillionthMath.ONE + MillionthMath.ONE > uint256(amount) * share);
        }
    }

    /// @notice A part in millionths is never more than the amount.
    function check_millionths_are_parts(uint104 amount, uint256 share) public pure {
        vm.assume(share <= MillionthMath.ONE);
        assert(MillionthMath.portion(amount, share) <= amount);
    }

    /// @notice A part in billionths is never more than the amount.
    function check_billionths_are_parts(uint104 amount, uint256 share) public pure {
        vm.assume(share <= BillionthMath.ONE);
        assert(BillionthMath.portion(amount, share) <= amount);
    }

    /// @notice The whole is all, nothing is none, in every scale.
    function check_whole_and_none(uint128 amount) public pure {
        assert(MillionthMath.portion(amount, MillionthMath.ONE) == amount);
        assert(BillionthMath.portion(amount, BillionthMath.ONE) == amount);
        assert(MillionthMath.portion(amount, 0) == 0);
        assert(BillionthMath.portion(amount, 0) == 0);
        assert(PreciseMath.portion(amount, 0) == 0);
    }

    /// @notice OpenZeppelin's product of up to 512 bits, divided, is the plain one where that fits.
    function check_precise_portion_is_the_plain_one(uint104 amount, uint96 share) public pure {
        assert(PreciseMath.portion(amount, share) == uint256(amount) * share / 1e27);
    }

    /// @notice What is added to a factor is no more than the factor times the reward over the stake.
    function check_precise_portion_is_a_part(uint104 amount, uint256 share) public pure {
        vm.assume(share <= PreciseMath.ONE);
        assert(PreciseMath.portion(amount, share) <= amount);
    }

    /// @notice A difference that stops at zero, and the smaller of two, as the reserve uses them.
    function check_saturating_and_smaller(uint256 a, uint256 b) public pure {
        assert(Math.saturatingSub(a, b) == (a > b ? a - b : 0));
        assert(Math.min(a, b) == (a < b ? a : b));
        assert(Math.max(a, b) == (a > b ? a : b));
    }
}
