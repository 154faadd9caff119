// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {IRoundsManager} from "interfaces/IRoundsManager.sol";
import {RoundsManager} from "contracts/rounds/RoundsManager.sol";
import {Proof} from "./Proof.sol";
import {World} from "./World.sol";

/// @title The clock: rounds follow one another without gaps, and are never renumbered
/// @dev Any block up to 2^40; rounds of 1, 7, 50 (the local chain's) and 5,760 blocks (the live network's). Solvers do
///      not get far with division by a length that they do not know.
contract RoundsProofs is Proof {
    World private _world = new World();
    RoundsManager private _rounds = new RoundsManager(IController(address(_world)));

    function _length(uint256 choice) private pure returns (uint256) {
        vm.assume(choice < 4);
        return choice == 0 ? 1 : choice == 1 ? 7 : choice == 2 ? 50 : 5760;
    }

    function _begin(uint40 number, uint256 length) private {
        _world.setOwner(address(this));
        vm.roll(number);
        _rounds.setRoundLength(length);
    }

    /// @notice The present block lies within the present round.
    function check_the_present_is_in_its_round(uint40 number, uint256 choice) public {
        uint256 length = _length(choice);
        _begin(number, length);
        uint256 start = _rounds.currentRoundStartBlock();
        assert(start <= number && number < start + length);
    }

    /// @notice The next block is in the same round or the next, and in the next exactly when the round is over.
    function check_rounds_follow_one_another(uint40 number, uint256 choice) public {
        uint256 length = _length(choice);
        _begin(number, length);
        uint256 round = _rounds.currentRound();
        uint256 end = _rounds.currentRoundStartBlock() + length;
        vm.roll(uint256(number) + 1);
        assert(_rounds.currentRound() == (uint256(number) + 1 == end ? round + 1 : round));
    }

    /// @notice A new length never takes a round back, and leaves the first block of the round as it is unless the new
    ///         length ends it.
    function check_a_new_length_renumbers_nothing(uint40 number, uint256 choice, uint256 other) public {
        uint256 next = _length(other);
        _begin(number, _length(choice));
        (uint256 round, uint256 start) = (_rounds.currentRound(), _rounds.currentRoundStartBlock());
        _rounds.setRoundLength(next);
        assert(_rounds.currentRound() >= round);
        if (number < start + next) {
            assert(_rounds.currentRound() == round && _rounds.currentRoundStartBlock() == start);
        }
        assert(_rounds.lastRoundLengthUpdateRound() == round && _rounds.lastRoundLengthUpdateStartBlock() == start);
    }

    /// @notice A length of zero, or beyond 64 bits, is refused.
    function check_impossible_lengths_are_refused(uint40 number, uint256 choice, uint256 next) public {
        _begin(number, _length(choice));
        (bool success, ) = address(_rounds).call(abi.encodeCall(IRoundsManager.setRoundLength, (next)));
        if (next == 0 || next > type(uint64).max) assert(!success);
    }

    /// @notice The upgrade round of a LIP is set once.
    function check_lip_rounds_are_set_once(uint256 lip, uint256 round, uint256 again) public {
        _world.setOwner(address(this));
        _rounds.setLIPUpgradeRound(lip, round);
        assert(_rounds.lipUpgradeRound(lip) == round);
        (bool success, ) = address(_rounds).call(abi.encodeCall(IRoundsManager.setLIPUpgradeRound, (lip, again)));
        assert(success == (round == 0));
    }

    /// @notice A lock is a share of the round, of 1e6.
    function check_locks_are_shares(uint40 number, uint256 choice, uint256 share) public {
        _begin(number, _length(choice));
        (bool success, ) = address(_rounds).call(abi.encodeCall(IRoundsManager.setRoundLockAmount, (share)));
        assert(success == (share <= 1e6));
    }

    /// @notice With rounds of 50 or 5,760 blocks and the live network's lock of a tenth, the last tenth is locked.
    function check_the_last_tenth_is_locked(uint40 number, bool live) public {
        uint256 length = live ? 5760 : 50;
        _begin(number, length);
        _rounds.setRoundLockAmount(1e5);
        uint256 end = _rounds.currentRoundStartBlock() + length;
        assert(_rounds.currentRoundLocked() == (number >= end - length / 10));
    }
}
