// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";

/// @title A contract that uses the protocol as an account, and behaves as told when ether arrives
contract HarnessReceiver {
    enum Mood {
        Accept,
        Refuse,
        CallBack,
        WasteGas,
        AnswerAtLength
    }

    uint256 private constant LONG_ANSWER = 100_000;
    uint256 private constant UNPAYABLE = 1 << 32;

    Mood private _mood;
    address private _target;
    bytes private _data;
    bool public calledBack;
    bool public callBackSucceeded;
    bytes public callBackAnswer;

    error Refused();

    /// @dev Takes plain ether too, and unlike `receive` can answer.
    fallback(bytes calldata) external payable returns (bytes memory answer) {
        return _take();
    }

    /// @notice How to behave from now on; `target` and `data` are for {Mood.CallBack}, which happens once.
    function behave(Mood mood, address target, bytes calldata data) external {
        (_mood, _target, _data, calledBack) = (mood, target, data, false);
    }

    /// @notice Calls `target` with `data` and the ether sent along, as this contract.
    function act(address target, bytes calldata data) external payable {
        Address.functionCallWithValue(target, data, msg.value);
    }

    /// @dev Ether has arrived.
    function _take() internal returns (bytes memory answer) {
        if (_mood == Mood.Refuse) revert Refused();
        if (_mood == Mood.CallBack && !calledBack) _callBack();
        if (_mood == Mood.AnswerAtLength) answer = new bytes(LONG_ANSWER);
        if (_mood == Mood.WasteGas) answer = new bytes(UNPAYABLE); // takes all gas in one step
    }

    function _callBack() private {
        calledBack = true;
        callBackSucceeded = LowLevelCall.callNoReturn(_target, _data);
        callBackAnswer = LowLevelCall.returnData();
    }
}
