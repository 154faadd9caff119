// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title An account with code, which makes the calls it is told to, and behaves as told when ether arrives
/// @dev Told what to do is whoever sends [ command 32 | target 32 | calldata ]. To reply to a payment is to make a call
///      within it, once. Anything else is ether, which is taken.
contract SmartAccount {
    bytes32 private constant _ACT = keccak256("SmartAccount.act");
    bytes32 private constant _REPLY = keccak256("SmartAccount.reply");
    bytes32 private constant _REFUSE = keccak256("SmartAccount.refuse");
    bytes32 private constant _ACCEPT = keccak256("SmartAccount.accept");
    uint256 private constant _HEAD = 64; // bytes before the calldata

    address private _target; // 0
    bool private _refuses; // 0
    bytes private _data; // 1
    uint256 public ending; // 2  of the reply: 0 not made, 1 went through, 2 refused
    bytes32 public answer; // 3  hash of what it was refused with

    /// @notice ERC-1271: by the key that the account had before it had code.
    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (bytes32 r, bytes32 s) = abi.decode(signature, (bytes32, bytes32));
        bool own = signature.length == 65 && ecrecover(digest, uint8(signature[64]), r, s) == address(this);
        return own ? this.isValidSignature.selector : bytes4(0);
    }

    receive() external payable {
        _take();
    }

    fallback() external payable {
        if (msg.data.length < _HEAD) return _take();
        (bytes32 command, address target) = abi.decode(msg.data, (bytes32, address));
        if (command == _ACT) _act(target, msg.data[_HEAD:]);
        else if (command == _REPLY) (_target, _data, ending, answer) = (target, msg.data[_HEAD:], 0, 0);
        else if (command == _REFUSE) _refuses = true;
        else if (command == _ACCEPT) (_refuses, _target) = (false, address(0));
        else _take();
    }

    function _act(address target, bytes calldata data) private {
        (bool success, bytes memory result) = target.call{value: msg.value}(data);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            switch success
            case 0 { revert(add(result, 32), mload(result)) }
            default { return(add(result, 32), mload(result)) }
        }
    }

    function _take() private {
        // solhint-disable-next-line gas-custom-errors, reason-string
        if (_refuses) revert();
        address target = _target;
        if (target == address(0)) return;
        _target = address(0);
        (bool success, bytes memory result) = target.call(_data);
        (ending, answer) = success ? (1, bytes32(0)) : (2, keccak256(result));
    }
}
