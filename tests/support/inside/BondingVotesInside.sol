// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {BondingVotes} from "contracts/bonding/BondingVotes.sol";

/// @title Votes of many accounts, in one frame but for what the BondingVotes ask others
/// @dev Put in place of the implementation for a single view; see HarnessVotesLens, which answers the same.
contract BondingVotesInside is BondingVotes {
    struct VoteView {
        uint256 votes;
        address delegate;
    }

    constructor(IController controller_) BondingVotes(controller_) {}

    /// @param round At the start of which round.
    function look(address[] calldata accounts, uint256 round)
        external
        view
        returns (VoteView[] memory views, uint256 total)
    {
        total = getTotalActiveStakeAt(round);
        views = new VoteView[](accounts.length);
        for (uint256 i = 0; i < accounts.length; ++i) {
            (views[i].votes, views[i].delegate) = getVotesAndDelegateAtRoundStart(accounts[i], round);
        }
    }
}
