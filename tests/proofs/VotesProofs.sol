// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingVotes} from "interfaces/IBondingVotes.sol";
import {IController} from "interfaces/IController.sol";
import {BondingVotes} from "contracts/bonding/BondingVotes.sol";
import {Proof} from "./Proof.sol";
import {World} from "./World.sol";

/// @title What the BondingManager tells of an account is what its votes say, then and for ever
/// @dev This contract plays the BondingManager through the World, which answers for the clock.
contract VotesProofs is Proof {
    World private _world = new World();
    BondingVotes private _votes = new BondingVotes(IController(address(_world)));

    struct State {
        uint128 bonded;
        uint128 delegated;
        uint32 claimRound;
        uint32 rewardRound;
    }

    function _checkpoint(address account, uint256 round, address delegate, State memory s) private returns (bool ok) {
        vm.prank(address(_world));
        (ok, ) = address(_votes).call(
            abi.encodeCall(
                IBondingVotes.checkpointBondingState,
                (account, round + 1, s.bonded, delegate, s.delegated, s.claimRound, s.rewardRound)
            )
        );
    }

    function _begin(uint256 round) private {
        _world.setRound(round, bytes32(0));
    }

    /// @notice An orchestrator votes with all that is bonded to it; nobody votes without a bond of one's own.
    function check_orchestrators_vote_with_all(address account, uint32 round, State memory s) public {
        vm.assume(round > 0 && round < type(uint32).max - 1 && s.claimRound <= round && account != address(0));
        _begin(round);
        assert(_checkpoint(account, round, account, s));
        (uint256 votes, address delegate) = _votes.getVotesAndDelegateAtRoundStart(account, uint256(round) + 1);
        assert(votes == (s.bonded == 0 ? 0 : s.delegated));
        assert(delegate == account);
        assert(_votes.delegates(account) == account && _votes.hasCheckpoint(account));
    }

    /// @notice Before the round that a checkpoint is for, nothing of it is seen.
    function check_a_checkpoint_begins_with_its_round(address account, uint32 round, State memory s, uint32 earlier)
        public
    {
        vm.assume(round > 0 && round < type(uint32).max - 1 && s.claimRound <= round && earlier <= round);
        _begin(round);
        assert(_checkpoint(account, round, account, s) || account == address(0));
        (uint256 votes, address delegate) = _votes.getVotesAndDelegateAtRoundStart(account, earlier);
        assert(votes == 0 && delegate == address(0));
    }

    /// @notice The delegate is what it was bonded to, whoever that is; without an orchestrator there are no votes.
    function check_delegates_are_remembered(address account, address delegate, uint32 round, State memory s) public {
        vm.assume(round > 0 && round < type(uint32).max - 1 && s.claimRound <= round && account != delegate);
        _begin(round);
        assert(_checkpoint(account, round, delegate, s));
        (uint256 votes, address known) = _votes.getVotesAndDelegateAtRoundStart(account, uint256(round) + 1);
        assert(known == delegate && votes == 0);
    }

    /// @notice What is told of one account changes neither votes nor delegate of another.
    function check_accounts_do_not_touch(
        address account,
        address other,
        address delegate,
        uint32 round,
        State memory s,
        State memory o
    ) public {
        vm.assume(round > 0 && round < type(uint32).max - 1 && s.claimRound <= round && o.claimRound <= round);
        vm.assume(account != other && other != address(0));
        _begin(round);
        assert(_checkpoint(other, round, other, o));
        _checkpoint(account, round, delegate, s);
        (uint256 votes, address known) = _votes.getVotesAndDelegateAtRoundStart(other, uint256(round) + 1);
        assert(votes == (o.bonded == 0 ? 0 : o.delegated) && known == other);
    }

    /// @notice A later checkpoint changes nothing of what was; it counts from its own round on.
    function check_the_past_stands(address account, uint32 round, uint32 later, State memory s, State memory t) public {
        vm.assume(round > 0 && later > round && later < type(uint32).max - 1 && account != address(0));
        vm.assume(s.claimRound <= round && t.claimRound <= later);
        _begin(round);
        assert(_checkpoint(account, round, account, s));
        _begin(later);
        assert(_checkpoint(account, later, account, t));
        (uint256 past, ) = _votes.getVotesAndDelegateAtRoundStart(account, uint256(round) + 1);
        assert(past == (later == round ? (t.bonded == 0 ? 0 : t.delegated) : (s.bonded == 0 ? 0 : s.delegated)));
        (uint256 present, ) = _votes.getVotesAndDelegateAtRoundStart(account, uint256(later) + 1);
        assert(present == (t.bonded == 0 ? 0 : t.delegated));
    }

    /// @notice Checkpoints are for the next round, and of claims that have been: all else is refused.
    function check_other_rounds_are_refused(address account, uint32 round, uint256 start, State memory s) public {
        vm.assume(round > 0 && (start != uint256(round) + 1 || s.claimRound > round));
        _begin(round);
        vm.prank(address(_world));
        (bool ok, ) = address(_votes).call(
            abi.encodeCall(
                IBondingVotes.checkpointBondingState,
                (account, start, s.bonded, account, s.delegated, s.claimRound, s.rewardRound)
            )
        );
        assert(!ok);
    }

    /// @notice The total of each round is what was recorded for it; of rounds that nobody began, that of the next.
    function check_totals_are_remembered(uint32[3] memory rounds, uint128[3] memory totals, uint32 asked) public {
        vm.assume(rounds[0] > 0 && rounds[0] < rounds[1] && rounds[1] < rounds[2] && rounds[2] < type(uint32).max - 1);
        vm.assume(asked <= rounds[2]);
        for (uint256 i = 0; i < 3; ++i) {
            _begin(rounds[i]);
            vm.prank(address(_world));
            _votes.checkpointTotalActiveStake(totals[i], rounds[i]);
        }
        uint256 expected = totals[2];
        if (asked <= rounds[1]) expected = totals[1];
        if (asked <= rounds[0]) expected = totals[0];
        if (asked < rounds[0]) expected = 0;
        assert(_votes.getTotalActiveStakeAt(asked) == expected);
    }

    /// @notice Rounds that are not over have no past votes; those beyond the next have none at all.
    function check_no_votes_of_the_future(address account, uint32 round, uint256 asked) public {
        _begin(round);
        (bool past, ) = address(_votes).call(abi.encodeCall(IBondingVotes.getPastVotes, (account, asked)));
        assert(past == (asked < round));
        (bool known, ) =
            address(_votes).call(abi.encodeCall(IBondingVotes.getVotesAndDelegateAtRoundStart, (account, asked)));
        assert(known == (asked <= uint256(round) + 1));
    }
}
