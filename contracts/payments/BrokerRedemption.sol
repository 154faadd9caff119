// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IBondingManager} from "interfaces/IBondingManager.sol";
import {IRoundsManager} from "interfaces/IRoundsManager.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";
import {Errors} from "contracts/shared/Errors.sol";
import {BrokerReserve} from "./BrokerReserve.sol";
import {TicketLib} from "./TicketLib.sol";

/// @title Winning tickets turn into fees
abstract contract BrokerRedemption is BrokerReserve {
    /// @dev What a transaction asks other contracts once, for however many tickets it redeems.
    /// @param hashRound Round that `blockHash` belongs to: the creation round of the first ticket.
    struct Surroundings {
        IBondingManager bonding;
        IRoundsManager rounds;
        uint256 currentRound;
        uint256 hashRound;
        bytes32 blockHash;
    }

    function redeemWinningTicket(Ticket calldata ticket, bytes calldata sig, uint256 recipientRand)
        external
        whenSystemNotPaused
    {
        (uint256 creationRound,) = TicketLib.creation(ticket);
        _redeem(ticket, sig, recipientRand, _surroundings(creationRound));
    }

    function batchRedeemWinningTickets(
        Ticket[] calldata tickets,
        bytes[] calldata sigs,
        uint256[] calldata recipientRands
    ) external whenSystemNotPaused {
        uint256 creationRound;
        if (tickets.length != 0) (creationRound,) = TicketLib.creation(tickets[0]);
        Surroundings memory here = _surroundings(creationRound);
        require(
            sigs.length >= tickets.length && recipientRands.length >= tickets.length,
            BatchTooShort(tickets.length, sigs.length, recipientRands.length)
        );

        for (uint256 i = 0; i < tickets.length; ++i) {
            // A call of its own for each ticket, so that one which fails leaves no trace.
            try this.redeemAsPartOfBatch(tickets[i], sigs[i], recipientRands[i], here) {}
            catch (bytes memory reason) {
                emit WinningTicketSkipped(
                    tickets[i].sender, tickets[i].recipient, TicketLib.hash(tickets[i]), i, reason
                );
            }
        }
    }

    /// @notice One step of {batchRedeemWinningTickets}; refuses every caller but the contract itself, since it takes
    ///         the state of the world from its arguments.
    function redeemAsPartOfBatch(
        Ticket calldata ticket,
        bytes calldata sig,
        uint256 recipientRand,
        Surroundings memory here
    ) external {
        require(msg.sender == address(this), CallerNotSelf(msg.sender));
        _redeem(ticket, sig, recipientRand, here);
    }

    function getTicketHash(Ticket calldata ticket) external pure returns (bytes32) {
        return TicketLib.hash(ticket);
    }

    function usedTickets(bytes32 ticketHash) external view returns (bool) {
        return _usedTickets[ticketHash];
    }

    function _redeem(
        Ticket calldata ticket,
        bytes calldata sig,
        uint256 recipientRand,
        Surroundings memory here
    ) private {
        bytes32 ticketHash = TicketLib.hash(ticket);
        uint256 creationRound = _requireCurrent(ticket, here);
        _requireWinning(ticket, ticketHash, sig, recipientRand);
        Account memory account = _accounts[ticket.sender];
        _requireSolvent(ticket, account, here.currentRound);

        _usedTickets[ticketHash] = true;
        uint256 amount = _draw(ticket, account, here);

        if (amount != 0) {
            here.bonding.updateTranscoderWithFees(ticket.recipient, amount, creationRound);
            emit WinningTicketTransfer(ticket.sender, ticket.recipient, amount);
        }
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

    /// @dev Takes the face value from the deposit, and what is missing from the recipient's share of the reserve.
    /// @return amount Wei taken; less than the face value when the share does not suffice.
    function _draw(Ticket calldata ticket, Account memory account, Surroundings memory here)
        private
        returns (uint256 amount)
    {
        if (ticket.faceValue <= account.deposit) {
            // Safe cast: not above the deposit.
            _accounts[ticket.sender].deposit = account.deposit - uint96(ticket.faceValue);
            return ticket.faceValue;
        }

        uint256 claim = Math.min(
            ticket.faceValue - account.deposit,
            _claimableReserve(ticket.sender, ticket.recipient, here.currentRound, here.bonding)
        );
        _accounts[ticket.sender].deposit = 0;
        if (claim != 0) _claimFromReserve(ticket.sender, ticket.recipient, claim, here.currentRound);
        return account.deposit + claim;
    }

    function _surroundings(uint256 creationRound) private view returns (Surroundings memory here) {
        here.rounds = IRoundsManager(_lookUp(ContractIds.ROUNDS_MANAGER));
        here.bonding = IBondingManager(_lookUp(ContractIds.BONDING_MANAGER));
        here.hashRound = creationRound;
        bool initialized;
        (here.currentRound, initialized, here.blockHash) = here.rounds.currentRoundAndHash(creationRound);
        require(initialized, Errors.CurrentRoundNotInitialized(here.currentRound));
    }

    function _requireCurrent(Ticket calldata ticket, Surroundings memory here)
        private
        view
        returns (uint256 creationRound)
    {
        require(ticket.recipient != address(0), TicketRecipientNull());
        require(ticket.sender != address(0), TicketSenderNull());
        uint256 length = ticket.auxData.length;
        require(length == TicketLib.AUX_DATA_LENGTH, TicketAuxDataLengthInvalid(length));

        bytes32 blockHash;
        (creationRound, blockHash) = TicketLib.creation(ticket);
        bytes32 expected =
            creationRound == here.hashRound ? here.blockHash : here.rounds.blockHashForRound(creationRound);
        require(expected != 0, TicketCreationRoundUnknown(creationRound));
        require(blockHash == expected, TicketCreationRoundHashMismatch(creationRound, blockHash, expected));

        uint256 expirationRound = creationRound + _ticketValidityPeriod;
        require(here.currentRound < expirationRound, TicketExpired(expirationRound, here.currentRound));
    }

    function _requireWinning(
        Ticket calldata ticket,
        bytes32 ticketHash,
        bytes calldata sig,
        uint256 recipientRand
    ) private view {
        require(
            keccak256(abi.encode(recipientRand)) == ticket.recipientRandHash,
            RecipientRandMismatch(recipientRand, ticket.recipientRandHash)
        );
        require(!_usedTickets[ticketHash], TicketUsed(ticketHash));
        TicketLib.requireSignedBySender(ticket, ticketHash, sig);
        require(TicketLib.isWinning(sig, recipientRand, ticket.winProb), TicketNotWinning(ticketHash));
    }

    /// @dev A ticket that could not be paid in full is kept for later, instead of being used up for less: else a wei
    ///      put into an empty account would be enough to void it.
    function _requireSolvent(Ticket calldata ticket, Account memory account, uint256 currentRound) private pure {
        require(
            account.withdrawRound == 0 || currentRound < account.withdrawRound,
            SenderUnlocked(ticket.sender, account.withdrawRound, currentRound)
        );
        require(
            uint256(account.deposit) + account.reserve >= ticket.faceValue,
            FundsInsufficient(ticket.sender, ticket.faceValue, account.deposit, account.reserve)
        );
    }
}
