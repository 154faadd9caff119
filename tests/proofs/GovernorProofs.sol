// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProtocolGovernor} from "interfaces/IProtocolGovernor.sol";
import {Governor} from "contracts/governance/Governor.sol";
import {Poll} from "contracts/governance/Poll.sol";
import {Proof} from "./Proof.sol";

/// @title What an update calls
contract Subject {
    uint256 public calls;

    function touch() external payable {
        ++calls;
    }
}

/// @title The owner of the protocol acts on notice, once, and never for anybody else
contract GovernorProofs is Proof {
    Governor private _governor = new Governor();
    Subject private _subject = new Subject();

    function _update(uint256 nonce) private view returns (IProtocolGovernor.Update memory u) {
        (u.target, u.value, u.data) = (new address[](1), new uint256[](1), new bytes[](1));
        (u.target[0], u.data[0], u.nonce) = (address(_subject), abi.encodeCall(Subject.touch, ()), nonce);
    }

    function _call(address caller, bytes memory data) private returns (bool success) {
        vm.prank(caller);
        (success, ) = address(_governor).call(data);
    }

    /// @notice Staging and cancelling is the owner's.
    function check_only_the_owner_stages(address caller, uint256 nonce, uint256 delay, bool cancel) public {
        vm.assume(caller != address(this));
        if (cancel) _governor.stage(_update(nonce), 0);
        bytes memory data = cancel
            ? abi.encodeCall(IProtocolGovernor.cancel, (_update(nonce)))
            : abi.encodeCall(IProtocolGovernor.stage, (_update(nonce), delay));
        assert(!_call(caller, data));
    }

    /// @notice Only what was staged runs, not before its time, and once.
    function check_staged_updates_run_once_in_time(
        address caller,
        uint64 start,
        uint64 delay,
        uint64 end,
        uint256 nonce,
        uint256 other
    ) public {
        vm.assume(end >= start && start > 0);
        vm.roll(start);
        _governor.stage(_update(nonce), delay);
        vm.roll(end);
        bool success = _call(caller, abi.encodeCall(IProtocolGovernor.execute, (_update(other))));
        assert(success == (other == nonce && end >= uint256(start) + delay));
        assert(_subject.calls() == (success ? 1 : 0));
        if (success) assert(!_call(caller, abi.encodeCall(IProtocolGovernor.execute, (_update(other)))));
    }

    /// @notice What was cancelled never runs.
    function check_cancelled_updates_do_not_run(address caller, uint256 nonce) public {
        _governor.stage(_update(nonce), 0);
        _governor.cancel(_update(nonce));
        assert(!_call(caller, abi.encodeCall(IProtocolGovernor.execute, (_update(nonce)))));
        assert(_subject.calls() == 0);
    }

    /// @notice Nobody gives the ownership away but the Governor itself, by an update.
    function check_ownership_moves_by_update_only(address caller, address next) public {
        vm.assume(caller != address(_governor));
        assert(!_call(caller, abi.encodeCall(IProtocolGovernor.transferOwnership, (next))));
        assert(_governor.owner() == address(this));
    }

    /// @notice A poll takes votes up to its last block, and gives its ether away only after it.
    function check_polls_end(uint64 end, uint64 now_, address caller, uint256 choice) public {
        vm.assume(uint160(caller) > 0xffff && caller.code.length == 0);
        Poll poll = new Poll(end);
        vm.roll(now_);
        vm.prank(caller);
        (bool voted, ) = address(poll).call(abi.encodeCall(Poll.vote, (choice)));
        assert(voted == (now_ <= end));
        vm.prank(caller);
        (bool destroyed, ) = address(poll).call(abi.encodeCall(Poll.destroy, ()));
        if (now_ <= end) assert(!destroyed);
    }
}
