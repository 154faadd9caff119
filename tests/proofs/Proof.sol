// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What forge and halmos understand of the world around a contract
interface Vm {
    function assume(bool condition) external pure;
    function deal(address account, uint256 balance) external;
    function etch(address account, bytes calldata code) external;
    function load(address account, bytes32 slot) external view returns (bytes32);
    function prank(address sender) external;
    function roll(uint256 blockNumber) external;
    function store(address account, bytes32 slot, bytes32 value) external;
}

/// @title What halmos alone understands: values that stand for all values
interface SymbolicVm {
    function createAddress(string calldata name) external view returns (address);
    function createBytes(uint256 size, string calldata name) external view returns (bytes memory);
    function createCalldata(string calldata contractName) external view returns (bytes memory);
    function createUint(uint256 bits, string calldata name) external view returns (uint256);
    function enableSymbolicStorage(address account) external;
}

/// @title Base of all proofs
/// @dev Each function `check_...` is a claim about all values of its arguments: no path through it may end in a failed
///      `assert`. A path that reverts counts as one that the claim says nothing about, so what must not revert is
///      called from outside and asserted to have succeeded.
abstract contract Proof {
    // solhint-disable-next-line const-name-snakecase
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    // solhint-disable-next-line const-name-snakecase
    SymbolicVm internal constant svm = SymbolicVm(address(uint160(uint256(keccak256("svm cheat code")))));

    /// @dev Whether a function of this contract succeeds.
    function _succeeds(bytes memory data) internal returns (bool success) {
        (success, ) = address(this).call(data);
    }
}
