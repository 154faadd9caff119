// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {GovernorUpgradeable} from "@openzeppelin/contracts-upgradeable/governance/GovernorUpgradeable.sol";
import {OverridableCounting} from "contracts/governance/OverridableCounting.sol";
import {Proof} from "./Proof.sol";

/// @title The counting alone, over stakes that are told; it is its own BondingVotes
contract CountingUnderProof is OverridableCounting {
    uint256 public constant PROPOSAL = 1;

    mapping(address account => address) private _delegate;
    uint256 private _quorum;

    function setDelegate(address account, address delegate) external {
        _delegate[account] = delegate;
    }

    function setTarget(uint256 quorum_, uint256 quota_) external {
        _quorum = quorum_;
        _setQuota(quota_);
    }

    function count(address account, uint8 support, uint256 weight) external {
        _countVote(PROPOSAL, account, support, weight, "");
    }

    function delegatedAt(address account, uint256) external view returns (address) {
        return _delegate[account];
    }

    function outcome() external view returns (bool reached, bool succeeded) {
        return (_quorumReached(PROPOSAL), _voteSucceeded(PROPOSAL));
    }

    function votes() public view override returns (address) {
        return address(this);
    }

    function quorum(uint256) public view override returns (uint256) {
        return _quorum;
    }

    function clock() public pure override returns (uint48) {
        return 1;
    }

    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "";
    }

    function votingDelay() public pure override returns (uint256) {
        return 1;
    }

    function votingPeriod() public pure override returns (uint256) {
        return 1;
    }

    function bumpGovernorVotesTokenAddress() external {}

    function initialize(uint256, uint256, uint256, uint256, uint256) external {}

    function setVotingDelay(uint256) external {}

    function setVotingPeriod(uint256) external {}

    function castVoteBySig(uint256, uint8, uint8, bytes32, bytes32) external pure returns (uint256) {
        return 0;
    }

    function castVoteWithReasonAndParamsBySig(uint256, uint8, string calldata, bytes calldata, uint8, bytes32, bytes32)
        external
        pure
        returns (uint256)
    {
        return 0;
    }

    function _getVotes(address, uint256, bytes memory) internal pure override returns (uint256) {
        return 0;
    }
}

/// @title Votes and overrides: every unit of stake counts once, in whatever order votes come
/// @dev An orchestrator and two of its delegators, whose stake is part of its own.
contract CountingProofs is Proof {
    address private constant ORCHESTRATOR = address(0x2001);
    address private constant FIRST = address(0x2002);
    address private constant SECOND = address(0x2003);

    struct Vote {
        address account;
        uint8 support;
        uint128 weight;
    }

    function _electorate() private returns (CountingUnderProof counting) {
        counting = new CountingUnderProof();
        counting.setDelegate(ORCHESTRATOR, ORCHESTRATOR);
        counting.setDelegate(FIRST, ORCHESTRATOR);
        counting.setDelegate(SECOND, ORCHESTRATOR);
    }

    function _votes(uint128[3] memory weights, uint8[3] memory kinds) private pure returns (Vote[3] memory v) {
        vm.assume(uint256(weights[1]) + weights[2] <= weights[0]);
        vm.assume(kinds[0] < 3 && kinds[1] < 3 && kinds[2] < 3);
        v[0] = Vote(ORCHESTRATOR, kinds[0], weights[0]);
        v[1] = Vote(FIRST, kinds[1], weights[1]);
        v[2] = Vote(SECOND, kinds[2], weights[2]);
    }

    /// @dev The orders of three.
    function _order(uint256 choice) private pure returns (uint256[3] memory) {
        if (choice == 0) return [uint256(0), 1, 2];
        if (choice == 1) return [uint256(0), 2, 1];
        if (choice == 2) return [uint256(1), 0, 2];
        if (choice == 3) return [uint256(1), 2, 0];
        if (choice == 4) return [uint256(2), 0, 1];
        return [uint256(2), 1, 0];
    }

    function _tally(CountingUnderProof counting) private view returns (uint256[3] memory t) {
        (t[0], t[1], t[2]) = counting.proposalVotes(counting.PROPOSAL());
    }

    /// @notice In every order the tally is that of sets: a delegator's own stake where it voted, the rest where the
    ///         orchestrator did. No vote reverts.
    function check_any_order_gives_the_same_tally(uint128[3] memory weights, uint8[3] memory kinds, uint256 choice)
        public
    {
        vm.assume(choice < 6);
        Vote[3] memory v = _votes(weights, kinds);
        uint256[3] memory order = _order(choice);
        CountingUnderProof counting = _electorate();
        for (uint256 i = 0; i < 3; ++i) {
            Vote memory vote = v[order[i]];
            (bool success, ) =
                address(counting).call(abi.encodeCall(counting.count, (vote.account, vote.support, vote.weight)));
            assert(success);
        }
        uint256[3] memory tally = _tally(counting);
        for (uint256 kind = 0; kind < 3; ++kind) {
            uint256 expected = kinds[0] == kind ? uint256(weights[0]) - weights[1] - weights[2] : 0;
            if (kinds[1] == kind) expected += weights[1];
            if (kinds[2] == kind) expected += weights[2];
            assert(tally[kind] == expected);
        }
    }

    /// @notice One override moves exactly its own weight, before the orchestrator's vote or after it.
    function check_an_override_moves_its_own_weight(uint128[3] memory weights, uint8[3] memory kinds, bool late)
        public
    {
        Vote[3] memory v = _votes(weights, kinds);
        CountingUnderProof counting = _electorate();
        if (!late) counting.count(FIRST, v[1].support, v[1].weight);
        counting.count(ORCHESTRATOR, v[0].support, v[0].weight);
        if (late) counting.count(FIRST, v[1].support, v[1].weight);
        uint256[3] memory tally = _tally(counting);
        assert(tally[0] + tally[1] + tally[2] == weights[0]);
    }

    /// @notice Nobody's vote counts twice, and support is one of three.
    function check_one_vote_each(address account, uint8 support, uint8 again, uint128 weight) public {
        CountingUnderProof counting = _electorate();
        bytes memory first = abi.encodeCall(counting.count, (account, support, weight));
        (bool success, ) = address(counting).call(first);
        assert(success == (support < 3));
        if (!success) return;
        assert(counting.hasVoted(1, account));
        (success, ) = address(counting).call(abi.encodeCall(counting.count, (account, again, weight)));
        assert(!success);
    }

    /// @notice Quorum counts all three kinds, the quota only those for and against.
    function check_quorum_and_quota(uint104[3] memory weights, uint8[3] memory kinds, uint104 quorum, uint256 quota)
        public
    {
        vm.assume(quota <= 1e6 && kinds[0] < 3 && kinds[1] < 3 && kinds[2] < 3);
        CountingUnderProof counting = new CountingUnderProof();
        counting.setTarget(quorum, quota);
        address[3] memory accounts = [ORCHESTRATOR, FIRST, SECOND];
        for (uint256 i = 0; i < 3; ++i) {
            counting.setDelegate(accounts[i], accounts[i]);
            counting.count(accounts[i], kinds[i], weights[i]);
        }
        uint256[3] memory tally = _tally(counting);
        (bool reached, bool succeeded) = counting.outcome();
        assert(reached == (tally[0] + tally[1] + tally[2] >= quorum));
        assert(succeeded == (tally[1] >= (tally[0] + tally[1]) * quota / 1e6));
    }
}
