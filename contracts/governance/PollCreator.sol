// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IBondingManager} from "interfaces/IBondingManager.sol";
import {IPollCreator} from "interfaces/IPollCreator.sol";
import {Poll} from "./Poll.sol";

/// @title Opens polls; what each function promises stands in {IPollCreator}
contract PollCreator is IPollCreator {
    uint256 public constant QUORUM = 333_300;
    uint256 public constant QUOTA = 500_000;
    uint256 public constant POLL_PERIOD = 10 * 5760;
    uint256 public constant POLL_CREATION_COST = 100 ether; // LPT has as many decimals

    IBondingManager public immutable bondingManager;

    constructor(IBondingManager bondingManager_) {
        bondingManager = bondingManager_;
    }

    function createPoll(bytes calldata proposal) external {
        uint256 own = bondingManager.pendingStake(msg.sender, 0);
        uint256 stake = Math.max(own, bondingManager.transcoderTotalStake(msg.sender));
        require(stake >= POLL_CREATION_COST, PollStakeInsufficient(msg.sender, stake, POLL_CREATION_COST));

        uint256 endBlock = block.number + POLL_PERIOD;
        Poll poll = new Poll(endBlock);

        emit PollCreated(address(poll), proposal, endBlock, QUORUM, QUOTA);
    }
}
