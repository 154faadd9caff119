// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {ManagerProxyTarget} from "contracts/shared/ManagerProxyTarget.sol";
import {BrokerDeposits} from "./BrokerDeposits.sol";
import {BrokerRedemption} from "./BrokerRedemption.sol";

/// @title Payment by lottery ticket; what each function promises stands in {ITicketBroker}
/// @notice Deposits, reserve and redemption are rooms of their own; here are the parameters and the account's view.
contract TicketBroker is BrokerDeposits, BrokerRedemption {
    constructor(IController controller_) ManagerProxyTarget(controller_) {}

    function setUnlockPeriod(uint256 period) external onlyControllerOwner {
        _unlockPeriod = _toPeriod(period);
        emit ParameterUpdate("unlockPeriod");
    }

    function setTicketValidityPeriod(uint256 period) external onlyControllerOwner {
        require(period != 0, TicketValidityPeriodZero());
        _ticketValidityPeriod = _toPeriod(period);
        // A word that holds something is cheaper to change: no redemption has to make it.
        for (uint256 i = 0; i < REMEMBERED; ++i) {
            if (_creations[i] == 0) _creations[i] = bytes32(uint256(1));
        }
        emit ParameterUpdate("ticketValidityPeriod");
    }

    function getSenderInfo(address account)
        external
        view
        returns (Sender memory sender, ReserveInfo memory reserve)
    {
        Account storage stored = _accounts[account];
        return (Sender({deposit: stored.deposit, withdrawRound: stored.withdrawRound}), _reserveInfo(account));
    }

    function unlockPeriod() external view returns (uint256) {
        return _unlockPeriod;
    }

    function ticketValidityPeriod() external view returns (uint256) {
        return _ticketValidityPeriod;
    }

    function _toPeriod(uint256 period) private pure returns (uint32) {
        require(period <= type(uint32).max, PeriodTooLong(period, type(uint32).max));
        return uint32(period);
    }
}
