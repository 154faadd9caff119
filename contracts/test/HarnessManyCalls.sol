// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Asks many contracts many things in one call, and takes a refusal for an answer
/// @dev Packed both ways, since the questions are counted in hundreds: a question is [ to 160 | size 16 | calldata ],
///      its answer [ answered 8 | size 16 | returndata ], nothing being returned for a refusal. No calldata asks for
///      the balance.
contract HarnessManyCalls {
    fallback() external payable {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let answers := mload(0x40)
            let end := answers
            for { let at := 0 } lt(at, calldatasize()) {} {
                let head := calldataload(at)
                let to := shr(96, head)
                let size := and(shr(80, head), 0xffff)
                at := add(at, 22)

                let answered := 1
                let length := 32
                switch size
                case 0 { mstore(add(end, 3), balance(to)) }
                default {
                    calldatacopy(end, at, size)
                    answered := staticcall(gas(), to, end, size, 0, 0)
                    length := mul(answered, returndatasize())
                    returndatacopy(add(end, 3), 0, length)
                }
                mstore8(end, answered)
                mstore8(add(end, 1), shr(8, length))
                mstore8(add(end, 2), length)

                at := add(at, size)
                end := add(end, add(3, length))
            }
            return(answers, sub(end, answers))
        }
    }
}
