// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BillionthMath} from "contracts/shared/BillionthMath.sol";
import {MillionthMath} from "contracts/shared/MillionthMath.sol";
import {PreciseMath} from "contracts/shared/PreciseMath.sol";

/// @title The three kinds of shares, in batches
contract HarnessShares {
    struct Question {
        uint256 amount;
        uint256 part;
        uint256 whole;
    }

    /// @notice `part` as a share of 1e6, 1e9 and 1e27 of `amount`.
    function portions(Question[] calldata questions) external pure returns (uint256[3][] memory answers) {
        answers = new uint256[3][](questions.length);
        for (uint256 i = 0; i < questions.length; ++i) {
            Question calldata q = questions[i];
            answers[i][0] = MillionthMath.portion(q.amount, q.part);
            answers[i][1] = BillionthMath.portion(q.amount, q.part);
            answers[i][2] = PreciseMath.portion(q.amount, q.part);
        }
    }

    /// @notice The fraction `part / whole` of `amount`, rounded to 1e9 and to 1e27.
    function fractions(Question[] calldata questions) external pure returns (uint256[2][] memory answers) {
        answers = new uint256[2][](questions.length);
        for (uint256 i = 0; i < questions.length; ++i) {
            Question calldata q = questions[i];
            answers[i][0] = BillionthMath.portion(q.amount, q.part, q.whole);
            answers[i][1] = PreciseMath.portion(q.amount, q.part, q.whole);
        }
    }

    /// @notice What share `part` is of `whole`, of 1e6, 1e9 and 1e27.
    function ratios(Question[] calldata questions) external pure returns (uint256[3][] memory answers) {
        answers = new uint256[3][](questions.length);
        for (uint256 i = 0; i < questions.length; ++i) {
            Question calldata q = questions[i];
            answers[i][0] = MillionthMath.ratio(q.part, q.whole);
            answers[i][1] = BillionthMath.ratio(q.part, q.whole);
            answers[i][2] = PreciseMath.ratio(q.part, q.whole);
        }
    }

    function preciseFraction(uint256 amount, uint256 part, uint256 whole) external pure returns (uint256) {
        return PreciseMath.portion(amount, part, whole);
    }

    function checkMillionths(uint256 share) external pure {
        MillionthMath.check(share);
    }

    function checkBillionths(uint256 share) external pure {
        BillionthMath.check(share);
    }

    function checkPrecise(uint256 share) external pure {
        PreciseMath.check(share);
    }
}
