// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Put in place of a contract's code: acts in its name when told to, and is what it was otherwise
/// @dev Told to act is whoever sends [ ACT 32 | target 32 | calldata ]; the ether sent along goes with it. Everything
///      else is for a copy of the code that was replaced, which has its immutables, on the storage that it left.
contract HarnessPuppet {
    bytes32 private constant _ACT = keccak256("HarnessPuppet.act");
    uint256 private constant _HEAD = 64; // bytes before the calldata

    address private immutable _BEHIND;

    constructor(address behind) {
        _BEHIND = behind;
    }

    receive() external payable {
        _play();
    }

    fallback() external payable {
        _play();
    }

    function _play() private {
        bytes32 act = _ACT;
        address behind = _BEHIND;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let success
            switch and(eq(calldataload(0), act), iszero(lt(calldatasize(), _HEAD)))
            case 0 {
                calldatacopy(mload(0x40), 0, calldatasize())
                success := delegatecall(gas(), behind, mload(0x40), calldatasize(), 0, 0)
            }
            default {
                let size := sub(calldatasize(), _HEAD)
                calldatacopy(mload(0x40), _HEAD, size)
                success := call(gas(), calldataload(32), callvalue(), mload(0x40), size, 0, 0)
            }
            returndatacopy(mload(0x40), 0, returndatasize())
            switch success
            case 0 { revert(mload(0x40), returndatasize()) }
            default { return(mload(0x40), returndatasize()) }
        }
    }
}
