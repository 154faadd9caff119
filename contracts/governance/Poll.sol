// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {IPoll} from "interfaces/IPoll.sol";

/// @title A question to all stake; what each function promises stands in {IPoll}
contract Poll is IPoll {
    uint256 public immutable endBlock;

    constructor(uint256 endBlock_) {
        endBlock = endBlock_;
    }

    function vote(uint256 choiceID) external {
        require(block.number <= endBlock, PollOver(endBlock));

        emit Vote(msg.sender, choiceID);
    }

    function destroy() external {
        require(block.number > endBlock, PollActive(endBlock));

        Address.sendValue(payable(msg.sender), address(this).balance);
    }
}
