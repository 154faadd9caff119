// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {ITicketBroker} from "interfaces/ITicketBroker.sol";
import {TicketBroker} from "contracts/payments/TicketBroker.sol";
import {Proof} from "./Proof.sol";
import {anyTicket} from "./AnyTicket.sol";
import {World} from "./World.sol";

/// @title The TicketBroker, with books that can be set to anything
contract BrokerUnderProof is TicketBroker {
    constructor(IController controller_) TicketBroker(controller_) {}

    function setAccount(address account, uint96 deposit, uint96 reserve, uint64 withdrawRound) external {
        _accounts[account] = Account(deposit, reserve, withdrawRound);
    }

    function setClaims(address holder, address claimant, uint192 all, uint192 own, uint64 round) external {
        _claimsFrom[holder] = Claim(round, all);
        _claimsBy[holder][claimant] = Claim(round, own);
    }

    function setPeriods(uint32 unlock_, uint32 validity) external {
        (_unlockPeriod, _ticketValidityPeriod) = (unlock_, validity);
    }

    function setUsed(bytes32 ticketHash) external {
        _usedTickets[ticketHash] = true;
    }

    function claim(address holder, address claimant, uint256 amount, uint256 round) external {
        _claimFromReserve(holder, claimant, amount, round);
    }

    function accountOf(address account) external view returns (uint256, uint256, uint256) {
        Account storage a = _accounts[account];
        return (a.deposit, a.reserve, a.withdrawRound);
    }

    function claimsOf(address holder, address claimant, uint256 round) external view returns (uint256, uint256) {
        return (_amountOf(_claimsFrom[holder], round), _amountOf(_claimsBy[holder][claimant], round));
    }

    function _amountOf(Claim storage c, uint256 round) private view returns (uint256) {
        return c.round == round ? c.amount : 0;
    }
}

/// @title Deposits: who can move what, from any books
contract DepositProofs is Proof {
    World private _world = new World();
    BrokerUnderProof private _broker = new BrokerUnderProof(IController(address(_world)));

    struct Books {
        uint96 deposit;
        uint96 reserve;
        uint64 withdrawRound;
    }

    function _set(address account, Books memory b) private {
        _broker.setAccount(account, b.deposit, b.reserve, b.withdrawRound);
    }

    function _assertUnchanged(address account, Books memory b) private view {
        (uint256 deposit, uint256 reserve, uint256 withdrawRound) = _broker.accountOf(account);
        assert(deposit == b.deposit && reserve == b.reserve && withdrawRound == b.withdrawRound);
    }

    /// @dev Sends any value with a call from `caller`.
    function _call(address caller, uint256 value, bytes memory data) private returns (bool success) {
        vm.deal(caller, value);
        vm.prank(caller);
        (success, ) = address(_broker).call{value: value}(data);
    }

    /// @notice Funding adds exactly what was sent, to whom it is for, and to nobody else.
    function check_funding_is_exact(
        address caller,
        address to,
        address bystander,
        uint96 value,
        uint256 toDeposit,
        uint256 toReserve,
        Books memory own,
        Books memory others
    ) public {
        vm.assume(bystander != to && caller != address(_world) && caller != address(_broker));
        _set(to, own);
        _set(bystander, others);
        bytes memory data = abi.encodeCall(ITicketBroker.fundDepositAndReserveFor, (to, toDeposit, toReserve));
        if (!_call(caller, value, data)) return;
        (uint256 deposit, uint256 reserve, ) = _broker.accountOf(to);
        assert(deposit == uint256(own.deposit) + toDeposit);
        assert(reserve == uint256(own.reserve) + toReserve);
        assert(toDeposit + toReserve == value);
        _assertUnchanged(bystander, others);
    }

    /// @notice What was sent and what is said must agree, or all reverts.
    function check_wrong_sums_are_refused(address caller, uint96 value, uint256 toDeposit, uint256 toReserve) public {
        vm.assume(caller != address(_world));
        unchecked {
            vm.assume(toDeposit > value || toReserve != value - toDeposit);
        }
        bytes memory data = abi.encodeCall(ITicketBroker.fundDepositAndReserveFor, (caller, toDeposit, toReserve));
        assert(!_call(caller, value, data));
    }

    /// @notice Money from others never moves the round from which an account can withdraw.
    function check_others_cannot_lock(address caller, address to, uint96 value, uint96 part, Books memory own) public {
        vm.assume(caller != to && part <= value && caller != address(_world));
        _set(to, own);
        bytes memory data = abi.encodeCall(ITicketBroker.fundDepositAndReserveFor, (to, part, value - part));
        _call(caller, value, data);
        (, , uint256 withdrawRound) = _broker.accountOf(to);
        assert(withdrawRound == own.withdrawRound);
    }

    /// @notice Whatever anybody else calls, an account's own books and lock stand (funding for it and tickets aside).
    function check_no_call_of_another_moves_an_account(address caller, address victim, uint256 choice, Books memory own)
        public
    {
        vm.assume(caller != victim && choice < 4);
        _set(victim, own);
        if (choice == 0) _call(caller, 0, abi.encodeCall(ITicketBroker.unlock, ()));
        else if (choice == 1) _call(caller, 0, abi.encodeCall(ITicketBroker.cancelUnlock, ()));
        else if (choice == 2) _call(caller, 0, abi.encodeCall(ITicketBroker.withdraw, ()));
        else _call(caller, 0, abi.encodeCall(ITicketBroker.fundDeposit, ()));
        _assertUnchanged(victim, own);
    }

    /// @notice A withdrawal pays deposit and reserve to the caller once, zeroes both, and only when its time has come.
    function check_withdraw_pays_all_once(address caller, uint64 round, Books memory own) public {
        _set(caller, own);
        _world.setRound(round, bytes32(0));
        if (!_call(caller, 0, abi.encodeCall(ITicketBroker.withdraw, ()))) return;
        assert(own.withdrawRound != 0 && round >= own.withdrawRound);
        assert(_world.payments() == 1);
        assert(_world.paidTo() == uint160(caller));
        assert(_world.paidAmount() == uint256(own.deposit) + own.reserve);
        (uint256 deposit, uint256 reserve, ) = _broker.accountOf(caller);
        assert(deposit == 0 && reserve == 0);
        assert(!_call(caller, 0, abi.encodeCall(ITicketBroker.withdraw, ())));
    }

    /// @notice Who has unlocked can withdraw when the round comes, whatever the books.
    function check_withdraw_always_works_in_time(address caller, uint64 round, Books memory own) public {
        vm.assume(own.withdrawRound != 0 && round >= own.withdrawRound && (own.deposit != 0 || own.reserve != 0));
        _set(caller, own);
        _world.setRound(round, bytes32(0));
        assert(_call(caller, 0, abi.encodeCall(ITicketBroker.withdraw, ())));
    }

    /// @notice Unlocking sets the round to the present one and the period, and needs funds and no unlock before.
    function check_unlock_sets_the_round(address caller, uint48 round, uint32 period, Books memory own) public {
        _set(caller, own);
        _broker.setPeriods(period, 1);
        _world.setRound(round, bytes32(0));
        bool success = _call(caller, 0, abi.encodeCall(ITicketBroker.unlock, ()));
        assert(success == (own.withdrawRound == 0 && (own.deposit != 0 || own.reserve != 0)));
        (uint256 deposit, uint256 reserve, uint256 withdrawRound) = _broker.accountOf(caller);
        assert(deposit == own.deposit && reserve == own.reserve);
        assert(withdrawRound == (success ? uint256(round) + period : own.withdrawRound));
    }

    /// @notice While the system is paused, nobody funds, unlocks, cancels or withdraws.
    function check_nothing_moves_while_paused(address caller, uint96 value, uint256 choice, Books memory own) public {
        vm.assume(choice < 6 && caller != address(_world));
        _set(caller, own);
        _world.setPaused(true);
        bytes memory data;
        if (choice == 0) data = abi.encodeCall(ITicketBroker.fundDeposit, ());
        else if (choice == 1) data = abi.encodeCall(ITicketBroker.fundReserve, ());
        else if (choice == 2) data = abi.encodeCall(ITicketBroker.fundDepositAndReserve, (value, 0));
        else if (choice == 3) data = abi.encodeCall(ITicketBroker.unlock, ());
        else if (choice == 4) data = abi.encodeCall(ITicketBroker.cancelUnlock, ());
        else data = abi.encodeCall(ITicketBroker.withdraw, ());
        assert(!_call(caller, choice < 3 ? value : 0, data));
    }
}

/// @title The reserve: shares, caps, and that its views answer
contract ReserveProofs is Proof {
    World private _world = new World();
    BrokerUnderProof private _broker = new BrokerUnderProof(IController(address(_world)));

    address private constant HOLDER = address(0x1001);
    address private constant FIRST = address(0x1002);
    address private constant SECOND = address(0x1003);

    function _set(uint96 reserve, uint192 all, uint192 own, uint64 round, uint64 claimRound, uint256 pool) private {
        _broker.setAccount(HOLDER, 0, reserve, 0);
        _broker.setClaims(HOLDER, FIRST, all, own, claimRound);
        _world.setRound(round, bytes32(0));
        _world.setPool(pool);
        _world.setActive(FIRST, true);
        _world.setActive(SECOND, true);
    }

    /// @notice What can be claimed is never more than there is, and asking never reverts, whatever the books and pool.
    function check_claimable_answers_within_the_reserve(
        uint96 reserve,
        uint192 all,
        uint192 own,
        uint64 round,
        uint64 claimRound,
        uint16 pool
    ) public {
        _set(reserve, all, own, round, claimRound, pool);
        (bool success, bytes memory answer) =
            address(_broker).staticcall(abi.encodeCall(ITicketBroker.claimableReserve, (HOLDER, FIRST)));
        assert(success);
        assert(abi.decode(answer, (uint256)) <= reserve);
    }

    /// @notice Nobody can claim who is not active, nor while the pool is empty.
    function check_only_the_active_claim(uint96 reserve, uint64 round, uint16 pool, address claimant) public {
        _set(reserve, 0, 0, round, round, pool);
        bool active = claimant == FIRST || claimant == SECOND;
        if (!active || pool == 0) assert(_broker.claimableReserve(HOLDER, claimant) == 0);
    }

    /// @notice With one, two or four claimants, a fresh claimant can claim exactly its share.
    function check_the_share_is_an_equal_part(uint96 reserve, uint64 round, uint256 choice) public {
        vm.assume(choice < 3);
        uint256 pool = choice == 0 ? 1 : choice == 1 ? 2 : 4;
        _set(reserve, 0, 0, round, round, pool);
        assert(_broker.claimableReserve(HOLDER, FIRST) == reserve / pool);
    }

    /// @notice A claim takes its amount from the reserve, adds it to both counters of the round, and nothing else.
    function check_a_claim_is_booked_exactly(
        uint96 reserve,
        uint96 all,
        uint96 own,
        uint64 round,
        uint64 claimRound,
        uint96 amount
    ) public {
        vm.assume(amount <= reserve);
        _set(reserve, all, own, round, claimRound, 4);
        (uint256 allBefore, uint256 ownBefore) = _broker.claimsOf(HOLDER, FIRST, round);
        _broker.claim(HOLDER, FIRST, amount, round);
        (uint256 deposit, uint256 left, uint256 withdrawRound) = _broker.accountOf(HOLDER);
        (uint256 allAfter, uint256 ownAfter) = _broker.claimsOf(HOLDER, FIRST, round);
        assert(left + amount == reserve && deposit == 0 && withdrawRound == 0);
        assert(allAfter == allBefore + amount && ownAfter == ownBefore + amount);
    }

    /// @notice With two claimants, what one takes, however much, leaves the other its share.
    function check_one_claimant_cannot_take_anothers_share(uint96 reserve, uint64 round, uint96 amount) public {
        _set(reserve, 0, 0, round, round, 2);
        uint256 before = _broker.claimableReserve(HOLDER, SECOND);
        vm.assume(amount <= _broker.claimableReserve(HOLDER, FIRST));
        _broker.claim(HOLDER, FIRST, amount, round);
        assert(_broker.claimableReserve(HOLDER, SECOND) == before);
    }

    /// @notice With four claimants and two of them taking any parts of their shares, the third has its share still.
    function check_two_claimants_leave_the_third_its_share(uint96 reserve, uint64 round, uint96 a, uint96 b) public {
        _set(reserve, 0, 0, round, round, 4);
        address third = address(0x1004);
        _world.setActive(third, true);
        uint256 before = _broker.claimableReserve(HOLDER, third);
        vm.assume(a <= _broker.claimableReserve(HOLDER, FIRST));
        _broker.claim(HOLDER, FIRST, a, round);
        vm.assume(b <= _broker.claimableReserve(HOLDER, SECOND));
        _broker.claim(HOLDER, SECOND, b, round);
        assert(_broker.claimableReserve(HOLDER, third) == before);
    }

    /// @notice Taking one's share in parts gives no more than taking it at once.
    function check_parts_add_up_to_one_share(uint96 reserve, uint64 round, uint96 amount) public {
        _set(reserve, 0, 0, round, round, 2);
        uint256 share = _broker.claimableReserve(HOLDER, FIRST);
        vm.assume(amount <= share);
        _broker.claim(HOLDER, FIRST, amount, round);
        assert(_broker.claimableReserve(HOLDER, FIRST) == share - amount);
    }

    /// @notice Claims of an earlier round count no more.
    function check_a_new_round_starts_anew(uint96 reserve, uint192 all, uint192 own, uint64 round, uint64 earlier)
        public
    {
        vm.assume(earlier != round);
        _set(reserve, all, own, round, earlier, 2);
        assert(_broker.claimableReserve(HOLDER, FIRST) == reserve / 2);
        assert(_broker.claimedReserve(HOLDER, FIRST) == 0);
    }
}

/// @title Redemption: each condition by itself is enough to refuse, and a refusal leaves the books as they were
contract RedemptionProofs is Proof {
    World private _world = new World();
    BrokerUnderProof private _broker = new BrokerUnderProof(IController(address(_world)));

    struct Case {
        ITicketBroker.Ticket ticket;
        bytes sig;
        uint256 recipientRand;
        uint96 deposit;
        uint96 reserve;
        uint64 withdrawRound;
        uint48 round;
        uint48 created;
        bytes32 createdHash;
        uint32 validity;
        bool active;
    }

    /// @dev Any ticket of round 9, with any hash of that round; any books, and any present round. (Which round it is
    ///      decides only where the broker remembers its hash, and halmos must know where that is.)
    function _case(uint256[6] memory f, uint256[6] memory s, bytes32 createdHash) private returns (Case memory c) {
        c.ticket = anyTicket(f, abi.encodePacked(uint256(9), createdHash));
        c.sig = svm.createBytes(65, "sig");
        c.recipientRand = svm.createUint(256, "recipientRand");
        (c.deposit, c.reserve, c.withdrawRound) = (uint96(s[0]), uint96(s[1]), uint64(s[2]));
        (c.round, c.created, c.createdHash) = (uint48(s[3]), 9, createdHash);
        (c.validity, c.active) = (uint32(s[5]), s[5] >> 255 == 1);

        _broker.setAccount(c.ticket.sender, c.deposit, c.reserve, c.withdrawRound);
        _broker.setPeriods(1, c.validity);
        _world.setRound(c.created, createdHash);
        _world.setRound(c.round, c.round == c.created ? createdHash : bytes32(uint256(1)));
        _world.setPool(2);
        _world.setActive(c.ticket.recipient, c.active);
    }

    function _redeem(Case memory c) private returns (bool success) {
        (success, ) = address(_broker).call(
            abi.encodeCall(ITicketBroker.redeemWinningTicket, (c.ticket, c.sig, c.recipientRand))
        );
    }

    /// @notice What is redeemed fulfils every condition, and is paid in full or down to the recipient's share.
    function check_what_is_redeemed_is_in_order(uint256[6] memory f, uint256[6] memory s, bytes32 createdHash) public {
        Case memory c = _case(f, s, createdHash);
        if (!_redeem(c)) return;
        assert(c.ticket.recipient != address(0) && c.ticket.sender != address(0));
        assert(keccak256(abi.encode(c.recipientRand)) == c.ticket.recipientRandHash);
        assert(createdHash != 0);
        assert(uint256(c.round) < uint256(c.created) + c.validity);
        assert(c.withdrawRound == 0 || c.round < c.withdrawRound);
        assert(uint256(keccak256(bytes.concat(c.sig, bytes32(c.recipientRand)))) < c.ticket.winProb);
        assert(uint256(c.deposit) + c.reserve >= c.ticket.faceValue);
    }

    /// @notice Deposit and reserve go down by what the recipient's fees go up by, deposit first, at most the face value.
    function check_payment_balances(uint256[6] memory f, uint256[6] memory s, bytes32 createdHash) public {
        Case memory c = _case(f, s, createdHash);
        if (!_redeem(c)) return;
        (uint256 deposit, uint256 reserve, uint256 withdrawRound) = _broker.accountOf(c.ticket.sender);
        uint256 paid = _world.fees(c.ticket.recipient);
        assert(deposit + reserve + paid == uint256(c.deposit) + c.reserve);
        assert(paid <= c.ticket.faceValue);
        assert(reserve == c.reserve || deposit == 0);
        assert(withdrawRound == c.withdrawRound);
        assert(paid == 0 || c.active);
    }

    /// @notice A ticket is redeemed at most once.
    function check_a_ticket_pays_once(uint256[6] memory f, uint256[6] memory s, bytes32 createdHash) public {
        Case memory c = _case(f, s, createdHash);
        if (!_redeem(c)) return;
        assert(_broker.usedTickets(_broker.getTicketHash(c.ticket)));
        assert(!_redeem(c));
    }

    /// @notice A ticket that is marked as used is refused, whatever the rest.
    function check_a_used_ticket_is_refused(uint256[6] memory f, uint256[6] memory s, bytes32 createdHash) public {
        Case memory c = _case(f, s, createdHash);
        _broker.setUsed(_broker.getTicketHash(c.ticket));
        assert(!_redeem(c));
    }

    /// @notice A refused ticket of a batch leaves its sender's books and the ticket as they were.
    function check_a_skipped_ticket_changes_nothing(uint256[6] memory f, uint256[6] memory s, bytes32 createdHash)
        public
    {
        Case memory c = _case(f, s, createdHash);
        ITicketBroker.Ticket[] memory tickets = new ITicketBroker.Ticket[](1);
        bytes[] memory sigs = new bytes[](1);
        uint256[] memory rands = new uint256[](1);
        (tickets[0], sigs[0], rands[0]) = (c.ticket, c.sig, c.recipientRand);
        ITicketBroker.RedemptionResult[] memory results =
            _broker.batchRedeemWinningTicketsWithResults(tickets, sigs, rands);
        if (results[0].redeemed) return;
        (uint256 deposit, uint256 reserve, uint256 withdrawRound) = _broker.accountOf(c.ticket.sender);
        assert(deposit == c.deposit && reserve == c.reserve && withdrawRound == c.withdrawRound);
        assert(!_broker.usedTickets(_broker.getTicketHash(c.ticket)));
        assert(_world.fees(c.ticket.recipient) == 0);
    }

    /// @notice While the system is paused or the round not initialised, nothing is redeemed.
    function check_pause_and_missing_round_stop_redemption(
        uint256[6] memory f,
        uint256[6] memory s,
        bytes32 createdHash,
        bool paused
    ) public {
        Case memory c = _case(f, s, createdHash);
        _world.setPaused(paused);
        _world.setInitialized(paused);
        assert(!_redeem(c));
    }
}
