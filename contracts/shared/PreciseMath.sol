// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Errors} from "./Errors.sol";

/// @title Shares of 1e27: cumulative earnings factors (LIP-71) and the treasury's part (LIP-92)
/// @dev Every division rounds down. Products are 512 bits wide, so only a result above 2^256 overflows: a factor grows
///      without bound where a few wei of stake earn a whole round's inflation.
library PreciseMath {
    /// @dev What stands for 100 %.
    uint256 internal constant ONE = 1e27;

    /// @dev Reverts unless `share` is at most 100 %.
    function check(uint256 share) internal pure {
        require(share <= ONE, Errors.InvalidPercentage(share, ONE));
    }

    /// @dev `share` of `amount`.
    function portion(uint256 amount, uint256 share) internal pure returns (uint256) {
        return Math.mulDiv(amount, share, ONE);
    }

    /// @dev The fraction `part / whole` of `amount`. The fraction is rounded down before it is applied, so the result
    ///      can be below floor(amount * part / whole); the published figures depend on it.
    function portion(uint256 amount, uint256 part, uint256 whole) internal pure returns (uint256) {
        return portion(amount, ratio(part, whole));
    }

    /// @dev What share `part` is of `whole`, which must not be zero.
    function ratio(uint256 part, uint256 whole) internal pure returns (uint256) {
        return Math.mulDiv(part, ONE, whole);
    }
}
