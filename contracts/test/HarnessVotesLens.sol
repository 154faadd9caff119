// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingVotes} from "interfaces/IBondingVotes.sol";

/// @title The votes of many accounts at many rounds, in one call
/// @dev For tests that look at all of them after every transaction. A view that reverts makes {look} revert.
contract HarnessVotesLens {
    struct VoteView {
        uint256 votes;
        address delegate;
    }

    IBondingVotes private immutable _VOTES;

    constructor(IBondingVotes votes) {
        _VOTES = votes;
    }

    /// @param accounts Whose votes.
    /// @param rounds At the start of which rounds.
    /// @return views One for each account, round after round.
    /// @return totals Of the active stake, one for each round.
    function look(address[] calldata accounts, uint256[] calldata rounds)
        external
        view
        returns (VoteView[] memory views, uint256[] memory totals)
    {
        views = new VoteView[](accounts.length * rounds.length);
        totals = new uint256[](rounds.length);
        for (uint256 i = 0; i < rounds.length; ++i) {
            totals[i] = _VOTES.getTotalActiveStakeAt(rounds[i]);
            for (uint256 j = 0; j < accounts.length; ++j) {
                VoteView memory v = views[i * accounts.length + j];
                (v.votes, v.delegate) = _VOTES.getVotesAndDelegateAtRoundStart(accounts[j], rounds[i]);
            }
        }
    }
}
