// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IController} from "./IController.sol";

/// @title What every contract that obeys the Controller has in common
interface IManager {
    /// @notice The contract obeys another Controller from now on.
    event SetController(address controller);

    /// @notice A parameter has a new value; `param` is the name of its getter.
    event ParameterUpdate(string param);

    /// @notice Only the Controller itself may do this.
    error CallerNotController(address caller);

    /// @notice Only the owner of the Controller may do this.
    error CallerNotControllerOwner(address caller);

    /// @notice Only the contract registered under `contractId` may do this.
    /// @param caller Who tried.
    /// @param contractId Keccak256 of the required contract's name.
    error CallerNotContract(address caller, bytes32 contractId);

    /// @notice A contract that is needed is not registered.
    /// @param contractId Keccak256 of its name.
    error ContractNotRegistered(bytes32 contractId);

    /// @notice The Controller's pause is on.
    error SystemPaused();

    /// @notice Moves the contract to another Controller. Only the present Controller may call it.
    function setController(address newController) external;

    /// @notice The Controller that the contract obeys.
    function controller() external view returns (IController);
}
