// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IMinter} from "interfaces/IMinter.sol";
import {IRoundsManager} from "interfaces/IRoundsManager.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";
import {BrokerStorage} from "./BrokerStorage.sol";

/// @title A sender's money on its way in and out
abstract contract BrokerDeposits is BrokerStorage {
    using SafeCast for uint256;

    function fundDeposit() external payable {
        IMinter minter = IMinter(_lookUpOpen(ContractIds.MINTER));
        Account storage account = _accounts[msg.sender];
        account.deposit += msg.value.toUint96();
        _stayLocked(account);
        emit DepositFunded(msg.sender, msg.value);

        minter.depositETH{value: msg.value}();
    }

    function fundReserve() external payable {
        IMinter minter = IMinter(_lookUpOpen(ContractIds.MINTER));
        Account storage account = _accounts[msg.sender];
        account.reserve += msg.value.toUint96();
        emit ReserveFunded(msg.sender, msg.value);
        _stayLocked(account);

        minter.depositETH{value: msg.value}();
    }

    function fundDepositAndReserve(uint256 depositAmount, uint256 reserveAmount) external payable {
        fundDepositAndReserveFor(msg.sender, depositAmount, reserveAmount);
    }

    function fundDepositAndReserveFor(address addr, uint256 depositAmount, uint256 reserveAmount) public payable {
        IMinter minter = IMinter(_lookUpOpen(ContractIds.MINTER));
        require(
            depositAmount <= msg.value && msg.value - depositAmount == reserveAmount,
            FundingMismatch(msg.value, depositAmount, reserveAmount)
        );

        Account storage account = _accounts[addr];
        account.deposit += depositAmount.toUint96();
        account.reserve += reserveAmount.toUint96();
        if (addr == msg.sender) _stayLocked(account); // only its own hand: others would hold it for ever
        emit ReserveFunded(addr, reserveAmount);
        emit DepositFunded(addr, depositAmount);

        minter.depositETH{value: msg.value}();
    }

    function unlock() external {
        IRoundsManager rounds = IRoundsManager(_lookUpOpen(ContractIds.ROUNDS_MANAGER));
        Account storage account = _accounts[msg.sender];
        _requireFunds(account);
        require(account.withdrawRound == 0, UnlockAlreadyInitiated(msg.sender, account.withdrawRound));

        uint256 currentRound = rounds.currentRound();
        uint256 withdrawRound = currentRound + _unlockPeriod;
        account.withdrawRound = withdrawRound.toUint64();
        emit Unlock(msg.sender, currentRound, withdrawRound);
    }

    function cancelUnlock() external whenSystemNotPaused {
        Account storage account = _accounts[msg.sender];
        require(account.withdrawRound != 0, NoUnlockInProgress(msg.sender));
        _stayLocked(account);
    }

    /// @dev withdrawRound stays: until the account funds itself again nobody can be paid by it.
    function withdraw() external {
        (address rounds, address minter) = _lookUpOpen(ContractIds.ROUNDS_MANAGER, ContractIds.MINTER);
        Account storage account = _accounts[msg.sender];
        _requireFunds(account);
        (uint256 deposit, uint256 reserve, uint256 withdrawRound) =
            (account.deposit, account.reserve, account.withdrawRound);
        require(withdrawRound != 0, NoUnlockInProgress(msg.sender));
        uint256 currentRound = IRoundsManager(rounds).currentRound();
        require(currentRound >= withdrawRound, AccountLocked(msg.sender, withdrawRound, currentRound));

        account.deposit = 0;
        account.reserve = 0;
        emit Withdrawal(msg.sender, deposit, reserve);

        // Last, since the receiver may call back.
        IMinter(minter).trustedWithdrawETH(payable(msg.sender), deposit + reserve);
    }

    function isUnlockInProgress(address sender) external view returns (bool) {
        return _accounts[sender].withdrawRound != 0;
    }

    function _stayLocked(Account storage account) private {
        if (account.withdrawRound == 0) return;
        account.withdrawRound = 0;
        emit UnlockCancelled(msg.sender);
    }

    function _requireFunds(Account storage account) private view {
        require(account.deposit != 0 || account.reserve != 0, NoFunds(msg.sender));
    }
}
