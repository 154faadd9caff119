// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {Controller} from "contracts/registry/Controller.sol";
import {Proof} from "./Proof.sol";

/// @title The registry obeys its owner alone, and every entry knows of a pause
contract ControllerProofs is Proof {
    Controller private _controller = new Controller();

    function _call(address caller, bytes memory data) private returns (bool success) {
        vm.prank(caller);
        (success, ) = address(_controller).call(data);
    }

    /// @notice Nobody but the owner changes anything, with any function and any arguments.
    function check_only_the_owner_changes(address caller, address owner, bytes32 id, address account) public {
        vm.assume(owner != address(0));
        _controller.setContractInfo(id, account, 0);
        _controller.transferOwnership(owner);
        bool paused = _controller.paused();
        vm.assume(caller != owner);
        _call(caller, svm.createCalldata("Controller"));
        assert(_controller.owner() == owner && _controller.paused() == paused);
        assert(_controller.getContract(id) == account);
    }

    /// @notice Nobody but the owner has any of its functions succeed.
    function check_every_setter_refuses_others(address caller, bytes32 id, address a, bytes20 hash, uint256 choice)
        public
    {
        vm.assume(caller != address(this) && choice < 5);
        bytes memory data;
        if (choice == 0) data = abi.encodeCall(IController.setContractInfo, (id, a, hash));
        else if (choice == 1) data = abi.encodeCall(IController.updateController, (id, a));
        else if (choice == 2) data = abi.encodeCall(IController.pause, ());
        else if (choice == 3) data = abi.encodeCall(IController.unpause, ());
        else data = abi.encodeCall(IController.transferOwnership, (a));
        assert(!_call(caller, data));
    }

    /// @notice What is registered is what is answered, by every question, and other ids keep what they had.
    function check_registration_is_what_is_answered(bytes32 id, bytes32 other, address a, address b, bytes20 hash)
        public
    {
        vm.assume(id != other);
        _controller.setContractInfo(other, b, 0);
        _controller.setContractInfo(id, a, hash);
        assert(_controller.getContract(id) == a && _controller.getContract(other) == b);
        (address known, bytes20 knownHash) = _controller.getContractInfo(id);
        assert(known == a && knownHash == hash);
        (address first, address second, ) = _controller.getContractsAndPause(id, other);
        assert(first == a && second == b);
    }

    /// @notice After any three changes by the owner, what an entry says of the pause is what the switch says, whether
    ///         or not it is registered.
    function check_entries_know_of_the_pause(bytes32[3] memory ids, uint256[3] memory choices, bytes32 asked) public {
        for (uint256 i = 0; i < 3; ++i) {
            vm.assume(choices[i] < 3);
            if (choices[i] == 0) _controller.setContractInfo(ids[i], address(1), 0);
            else if (choices[i] == 1) _call(address(this), abi.encodeCall(IController.pause, ()));
            else _call(address(this), abi.encodeCall(IController.unpause, ()));
        }
        bool paused = _controller.paused();
        (, bool one) = _controller.getContractAndPause(asked);
        (, , bool two) = _controller.getContractsAndPause(asked, ids[0]);
        assert(one == paused && two == paused);
    }

    /// @notice The protocol never belongs to nobody.
    function check_the_owner_is_somebody(address next) public {
        bool success = _call(address(this), abi.encodeCall(IController.transferOwnership, (next)));
        assert(success == (next != address(0)));
        assert(_controller.owner() == (success ? next : address(this)));
    }
}
