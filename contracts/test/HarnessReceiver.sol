// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

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

    Mood private _mood;
    address private _target;
    bytes private _data;
    bool public calledBack;
    bool public callBackSucceeded;
    bytes public callBackAnswer;

    error Refused();

    receive() external payable {
        if (_mood == Mood.Refuse) revert Refused();
        if (_mood == Mood.CallBack) _callBack();
        if (_mood == Mood.WasteGas) while (true) {}
        if (_mood == Mood.AnswerAtLength) {
            assembly {
                return(0, LONG_ANSWER)
            }
        }
    }

    /// @notice How to behave from now on; `target` and `data` are for {Mood.CallBack}.
    function behave(Mood mood, address target, bytes calldata data) external {
        (_mood, _target, _data) = (mood, target, data);
    }

    /// @notice Calls `target` with `data` and the ether sent along, as this contract.
    function act(address target, bytes calldata data) external payable {
        (bool success, bytes memory answer) = target.call{value: msg.value}(data);
        if (success) return;
        assembly {
            revert(add(answer, 32), mload(answer))
        }
    }

    function _callBack() private {
        calledBack = true;
        (callBackSucceeded, callBackAnswer) = _target.call(_data);
    }
}
