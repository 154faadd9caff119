// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {IManager} from "interfaces/IManager.sol";
import {IManagerProxy} from "interfaces/IManagerProxy.sol";
import {ManagerProxy} from "contracts/registry/ManagerProxy.sol";
import {Proof} from "./Proof.sol";
import {World} from "./World.sol";

/// @title A target that tells what reached it, and refuses when told to
contract Echo {
    error Refused(bytes data);

    IController public controller; // as every target has it
    uint256 private _mark;

    fallback() external payable {
        _mark = uint256(keccak256(msg.data));
        bytes memory answer = abi.encode(msg.sender, msg.value, address(this), msg.data);
        if (msg.data.length > 4 && msg.data[4] == 0xff) revert Refused(msg.data);
        assembly ("memory-safe") {
            return(add(answer, 32), mload(answer))
        }
    }
}

/// @title The proxy is its target: nothing is added, nothing lost, nothing stored beside
contract ProxyProofs is Proof {
    bytes32 private constant ID = keccak256("SomethingTarget");

    World private _world = new World();
    Echo private _echo = new Echo();
    ManagerProxy private _proxy = new ManagerProxy(IController(address(_world)), ID);

    /// @dev Any call but those three that the proxy answers itself.
    function _assumePassed(bytes memory data) private pure {
        bytes4 selector = bytes4(data);
        vm.assume(selector != IManager.setController.selector && selector != IManager.controller.selector);
        vm.assume(selector != bytes4(keccak256("targetContractId()")));
    }

    function _passes(address caller, uint96 value, bytes memory data) private {
        vm.assume(caller != address(_world));
        _world.register(ID, address(_echo));
        vm.deal(caller, value);
        vm.prank(caller);
        (bool success, bytes memory answer) = address(_proxy).call{value: value}(data);
        if (data.length > 4 && data[4] == 0xff) {
            assert(!success);
            assert(keccak256(answer) == keccak256(abi.encodeWithSelector(Echo.Refused.selector, data)));
        } else {
            assert(success);
            assert(keccak256(answer) == keccak256(abi.encode(caller, value, address(_proxy), data)));
        }
        assert(vm.load(address(_echo), bytes32(uint256(1))) == 0);
        assert(vm.load(address(_proxy), 0) == bytes32(uint256(uint160(address(_world)))));
    }

    /// @notice A call without data reaches the target with its sender and value, and its answer comes back.
    function check_empty_calls_pass(address caller, uint96 value) public {
        _passes(caller, value, "");
    }

    /// @notice The same with any four bytes, but those of the proxy's own three functions.
    function check_selectors_pass(address caller, uint96 value) public {
        bytes memory data = svm.createBytes(4, "data");
        _assumePassed(data);
        _passes(caller, value, data);
    }

    /// @notice The same with one argument; a refusal comes back as it was given.
    function check_one_argument_passes(address caller, uint96 value) public {
        bytes memory data = svm.createBytes(36, "data");
        _assumePassed(data);
        _passes(caller, value, data);
    }

    /// @notice The same with 100 bytes that no ABI has made.
    function check_odd_lengths_pass(address caller, uint96 value) public {
        bytes memory data = svm.createBytes(101, "data");
        _assumePassed(data);
        _passes(caller, value, data);
    }

    /// @notice Without a target every call reverts with the id that is missing.
    function check_no_target_no_answer(address caller) public {
        bytes memory data = svm.createBytes(36, "data");
        _assumePassed(data);
        ManagerProxy lost = new ManagerProxy(IController(address(new Nobody())), ID);
        vm.prank(caller);
        (bool success, bytes memory answer) = address(lost).call(data);
        assert(!success);
        bytes memory expected = abi.encodeWithSelector(IManagerProxy.TargetNotRegistered.selector, ID);
        assert(keccak256(answer) == keccak256(expected));
    }

    /// @notice With a Controller that has no code every call reverts likewise, instead of running what is in memory.
    function check_no_controller_no_answer(address caller, bytes32 id, address nowhere) public {
        vm.assume(nowhere.code.length == 0 && uint160(nowhere) > 0xffff);
        bytes memory data = svm.createBytes(4, "data");
        _assumePassed(data);
        ManagerProxy lost = new ManagerProxy(IController(nowhere), id);
        vm.prank(caller);
        (bool success, ) = address(lost).call(data);
        assert(!success);
    }

    /// @notice The Controller, and nobody else, moves the proxy to another Controller.
    function check_only_the_controller_moves_it(address caller, address next) public {
        vm.prank(caller);
        (bool success, ) = address(_proxy).call(abi.encodeCall(IManager.setController, (next)));
        assert(success == (caller == address(_world)));
        assert(address(_proxy.controller()) == (success ? next : address(_world)));
    }

    /// @notice The id of the target is what it was made with, for ever.
    function check_the_target_id_is_fixed(bytes32 id) public {
        ManagerProxy made = new ManagerProxy(IController(address(_world)), id);
        assert(made.targetContractId() == id);
    }
}

/// @title A Controller that knows nobody
contract Nobody {
    function getContract(bytes32) external pure returns (address) {
        return address(0);
    }
}
