// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {ILivepeerTokenFaucet} from "interfaces/ILivepeerTokenFaucet.sol";

/// @title Gives LPT away, on test networks only; what each function promises stands in {ILivepeerTokenFaucet}
contract LivepeerTokenFaucet is ILivepeerTokenFaucet, Ownable {
    IERC20 private immutable _TOKEN;
    uint256 private immutable _REQUEST_AMOUNT;
    uint256 private immutable _REQUEST_WAIT;

    mapping(address account => uint256 time) public nextValidRequest;
    mapping(address account => bool) public isWhitelisted;

    constructor(address token_, uint256 requestAmount_, uint256 requestWait_) Ownable(msg.sender) {
        _TOKEN = IERC20(token_);
        _REQUEST_AMOUNT = requestAmount_;
        _REQUEST_WAIT = requestWait_;
    }

    function request() external {
        if (!isWhitelisted[msg.sender]) {
            uint256 next = nextValidRequest[msg.sender];
            require(block.timestamp >= next, RequestTooEarly(msg.sender, next));
            nextValidRequest[msg.sender] = block.timestamp + _REQUEST_WAIT * 1 hours;
        }

        _TOKEN.transfer(msg.sender, _REQUEST_AMOUNT);

        emit Request(msg.sender, _REQUEST_AMOUNT);
    }

    function addToWhitelist(address account) external onlyOwner {
        isWhitelisted[account] = true;
    }

    function removeFromWhitelist(address account) external onlyOwner {
        isWhitelisted[account] = false;
    }

    function token() external view returns (address) {
        return address(_TOKEN);
    }

    function requestAmount() external view returns (uint256) {
        return _REQUEST_AMOUNT;
    }

    function requestWait() external view returns (uint256) {
        return _REQUEST_WAIT;
    }
}
