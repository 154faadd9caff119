// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IBondingManager} from "interfaces/IBondingManager.sol";
import {IRoundsManager} from "interfaces/IRoundsManager.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";
import {BrokerReserve} from "./BrokerReserve.sol";
import {TicketLib} from "./TicketLib.sol";

/// @title Winning tickets turn into fees
/// @dev What is wrong with a ticket comes back as the ABI bytes of an error, empty when nothing is: a single redemption
///      reverts with it, a batch goes on to the next ticket. So a ticket of a batch needs no call of its own.
abstract contract BrokerRedemption is BrokerReserve {
    /// @dev What a transaction asks other contracts once, for however many tickets it redeems.
    struct Present {
        IBondingManager bonding;
        uint256 round;
    }

    function redeemWinningTicket(Ticket calldata ticket, bytes calldata sig, uint256 recipientRand) external {
        _redeemOrRevert(ticket, sig, recipientRand);
    }

    function redeemWinningTicketForAtLeast(
        Ticket calldata ticket,
        bytes calldata sig,
        uint256 recipientRand,
        uint256 minAmount
    ) external returns (uint256 amount) {
        amount = _redeemOrRevert(ticket, sig, recipientRand);
        require(amount >= minAmount, RedemptionBelowMinimum(amount, minAmount));
    }

    function batchRedeemWinningTickets(
        Ticket[] calldata tickets,
        bytes[] calldata sigs,
        uint256[] calldata recipientRands
    ) external {
        _redeemBatch(tickets, sigs, recipientRands);
    }

    function batchRedeemWinningTicketsWithResults(
        Ticket[] calldata tickets,
        bytes[] calldata sigs,
        uint256[] calldata recipientRands
    ) external returns (RedemptionResult[] memory results) {
        return _redeemBatch(tickets, sigs, recipientRands);
    }

    function getTicketHash(Ticket calldata ticket) external pure returns (bytes32) {
        return TicketLib.hash(ticket);
    }

    function usedTickets(bytes32 ticketHash) external view returns (bool) {
        return _usedTickets[ticketHash];
    }

    function _redeemOrRevert(Ticket calldata ticket, bytes calldata sig, uint256 recipientRand)
        private
        returns (uint256)
    {
        RedemptionResult memory result = _redeem(ticket, TicketLib.hash(ticket), sig, recipientRand, _present());
        if (!result.redeemed) LowLevelCall.bubbleRevert(result.reason);
        return result.amount;
    }

    function _redeemBatch(Ticket[] calldata tickets, bytes[] calldata sigs, uint256[] calldata recipientRands)
        private
        returns (RedemptionResult[] memory results)
    {
        Present memory present = _present();
        require(
            sigs.length >= tickets.length && recipientRands.length >= tickets.length,
            BatchTooShort(tickets.length, sigs.length, recipientRands.length)
        );

        results = new RedemptionResult[](tickets.length);
        for (uint256 i = 0; i < tickets.length; ++i) {
            Ticket calldata ticket = tickets[i];
            bytes32 ticketHash = TicketLib.hash(ticket);
            RedemptionResult memory result = _redeem(ticket, ticketHash, sigs[i], recipientRands[i], present);
            results[i] = result;
            if (!result.redeemed) {
                emit WinningTicketSkipped(ticket.sender, ticket.recipient, ticketHash, i, result.reason);
            }
        }
    }

    /// @dev Either does everything or nothing.
    function _redeem(
        Ticket calldata ticket,
        bytes32 ticketHash,
        bytes calldata sig,
        uint256 recipientRand,
        Present memory present
    ) private returns (RedemptionResult memory result) {
        Account memory account = _accounts[ticket.sender];
        result.reason = _faultOf(ticket, ticketHash, sig, recipientRand, account, present.round);
        if (result.reason.length != 0) return result;

        _pay(ticket, account, present, result);
        if (!result.redeemed) return result;

        _usedTickets[ticketHash] = true;
        if (result.amount != 0) emit WinningTicketTransfer(ticket.sender, ticket.recipient, result.amount);
        emit WinningTicketRedeemed(
            ticket.sender,
            ticket.recipient,
            ticket.faceValue,
            ticket.winProb,
            ticket.senderNonce,
            recipientRand,
            ticket.auxData
        );
    }

    /// @dev Credits the fees and takes them from the sender. In this order: what the BondingManager refuses has left no
    ///      trace here then, and it calls nobody who could come back in between.
    function _pay(
        Ticket calldata ticket,
        Account memory account,
        Present memory present,
        RedemptionResult memory result
    ) private {
        (uint256 fromDeposit, uint256 fromReserve) = _sources(ticket, account, present);
        uint256 amount = fromDeposit + fromReserve;
        if (amount != 0) {
            (uint256 creationRound,) = TicketLib.creation(ticket);
            try present.bonding.updateTranscoderWithFees(ticket.recipient, amount, creationRound) {}
            catch (bytes memory reason) {
                result.reason = reason;
                return;
            }
        }

        // Safe cast: not above the deposit.
        _accounts[ticket.sender].deposit = account.deposit - uint96(fromDeposit);
        if (fromReserve != 0) _claimFromReserve(ticket.sender, ticket.recipient, fromReserve, present.round);
        (result.redeemed, result.amount) = (true, amount);
    }

    /// @dev The first thing that is wrong with a ticket.
    function _faultOf(
        Ticket calldata ticket,
        bytes32 ticketHash,
        bytes calldata sig,
        uint256 recipientRand,
        Account memory account,
        uint256 round
    ) private returns (bytes memory fault) {
        fault = _faultOfCreation(ticket, round);
        if (fault.length == 0) fault = _faultOfDraw(ticket, ticketHash, sig, recipientRand);
        if (fault.length == 0) fault = _faultOfSender(ticket, account, round);
    }

    /// @dev Whom the ticket is from and for, and when it was made.
    function _faultOfCreation(Ticket calldata ticket, uint256 round) private returns (bytes memory) {
        if (ticket.recipient == address(0)) return abi.encodeWithSelector(TicketRecipientNull.selector);
        if (ticket.sender == address(0)) return abi.encodeWithSelector(TicketSenderNull.selector);
        uint256 length = ticket.auxData.length;
        if (length != TicketLib.AUX_DATA_LENGTH) {
            return abi.encodeWithSelector(TicketAuxDataLengthInvalid.selector, length);
        }

        (uint256 created, bytes32 blockHash) = TicketLib.creation(ticket);
        bytes32 creation = keccak256(ticket.auxData);
        bool remembered = _creations[created % REMEMBERED] == creation;
        if (!remembered) {
            bytes32 expected = IRoundsManager(_lookUpKnown(ContractIds.ROUNDS_MANAGER)).blockHashForRound(created);
            if (expected == 0) return abi.encodeWithSelector(TicketCreationRoundUnknown.selector, created);
            if (blockHash != expected) {
                return abi.encodeWithSelector(
                    TicketCreationRoundHashMismatch.selector, created, blockHash, expected
                );
            }
        }

        uint256 expirationRound = created + _ticketValidityPeriod;
        if (round >= expirationRound) {
            return abi.encodeWithSelector(TicketExpired.selector, expirationRound, round);
        }
        if (!remembered) _creations[created % REMEMBERED] = creation;
        return "";
    }

    /// @dev Whether it is signed, unused, and wins.
    function _faultOfDraw(
        Ticket calldata ticket,
        bytes32 ticketHash,
        bytes calldata sig,
        uint256 recipientRand
    ) private view returns (bytes memory fault) {
        if (keccak256(abi.encode(recipientRand)) != ticket.recipientRandHash) {
            return
                abi.encodeWithSelector(RecipientRandMismatch.selector, recipientRand, ticket.recipientRandHash);
        }
        if (_usedTickets[ticketHash]) return abi.encodeWithSelector(TicketUsed.selector, ticketHash);
        fault = TicketLib.faultOfSignature(ticket, ticketHash, sig);
        if (fault.length == 0 && !TicketLib.isWinning(sig, recipientRand, ticket.winProb)) {
            return abi.encodeWithSelector(TicketNotWinning.selector, ticketHash);
        }
    }

    /// @dev A ticket that could not be paid in full is kept for later, instead of being used up for less: else a wei
    ///      put into an empty account would be enough to void it.
    function _faultOfSender(Ticket calldata ticket, Account memory account, uint256 round)
        private
        pure
        returns (bytes memory)
    {
        if (account.withdrawRound != 0 && round >= account.withdrawRound) {
            return
                abi.encodeWithSelector(SenderUnlocked.selector, ticket.sender, account.withdrawRound, round);
        }
        if (uint256(account.deposit) + account.reserve < ticket.faceValue) {
            return abi.encodeWithSelector(
                FundsInsufficient.selector, ticket.sender, ticket.faceValue, account.deposit, account.reserve
            );
        }
        return "";
    }

    /// @dev The face value comes from the deposit, and what is missing from the recipient's share of the reserve, which
    ///      may not suffice.
    function _sources(Ticket calldata ticket, Account memory account, Present memory present)
        private
        view
        returns (uint256 fromDeposit, uint256 fromReserve)
    {
        if (ticket.faceValue <= account.deposit) return (ticket.faceValue, 0);
        fromDeposit = account.deposit;
        fromReserve = Math.min(
            ticket.faceValue - fromDeposit,
            _claimableReserve(ticket.sender, ticket.recipient, present.round, present.bonding)
        );
    }

    /// @dev Reverts while the system is paused or the round not initialised.
    function _present() private view returns (Present memory present) {
        present.bonding = IBondingManager(_lookUpOpen(ContractIds.BONDING_MANAGER));
        present.round = present.bonding.openRound();
    }
}
