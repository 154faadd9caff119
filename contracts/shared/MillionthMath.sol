// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Errors} from "./Errors.sol";

/// @title Shares of 1,000,000: commission rates, the locked part of a round, quorums
/// @dev Every division rounds down. Amounts up to 2^236 cannot overflow.
library MillionthMath {
    /// @dev What stands for 100 %.
    uint256 internal constant ONE = 1e6;

    /// @dev Reverts unless `share` is at most 100 %.
    function check(uint256 share) internal pure {
        require(share <= ONE, Errors.InvalidPercentage(share, ONE));
    }

    /// @dev `share` of `amount`.
    function portion(uint256 amount, uint256 share) internal pure returns (uint256) {
        return (amount * share) / ONE;
    }

    /// @dev What share `part` is of `whole`, which must not be zero.
    function ratio(uint256 part, uint256 whole) internal pure returns (uint256) {
        return (part * ONE) / whole;
    }
}
