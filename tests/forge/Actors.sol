// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITicketBroker} from "interfaces/ITicketBroker.sol";
import {BondingManager} from "contracts/bonding/BondingManager.sol";
import {TicketBroker} from "contracts/payments/TicketBroker.sol";
import {RoundsManager} from "contracts/rounds/RoundsManager.sol";
import {LivepeerToken} from "contracts/token/LivepeerToken.sol";
import {Minter} from "contracts/token/Minter.sol";
import {Protocol} from "./Protocol.sol";

interface Vm {
    function addr(uint256 key) external pure returns (address);
    function deal(address account, uint256 balance) external;
    function prank(address sender) external;
    function roll(uint256 blockNumber) external;
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
}

/// @title Everybody who does something to the protocol: delegators, orchestrators, senders, and the clock
/// @dev What forge calls at random. Arguments choose among actors, amounts, rounds; what the protocol refuses reverts, and
///      forge counts it. After every call a bystander is looked at: it has lost nothing (BOND-14, TICK-44).
contract Actors {
    uint256 public constant COUNT = 7;
    uint256 public constant LPT_EACH = 1_000_000 ether;

    // solhint-disable-next-line const-name-snakecase
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @dev What nobody may take from an account.
    struct Belongings {
        uint256 stake;
        uint256 fees;
        uint256 lpt;
        uint256 locked;
        address delegate;
        uint256 deposit;
        uint256 reserve;
        uint256 withdrawRound;
    }

    struct Watch {
        address bystander;
        bool owing;
        uint256 vault;
        Belongings before;
    }

    Protocol public protocol;
    BondingManager public bonding;
    TicketBroker public broker;
    RoundsManager public rounds;
    LivepeerToken public token;
    Minter public minter;
    address[] public accounts;
    uint256 public etherIn;
    uint256 public etherOut;
    uint256 private _nonce;

    /// @dev One call by `caller`, beside which a bystander keeps what it has; deposit and reserve of `owing` may go to
    ///      pay a ticket that it has signed.
    modifier beside(address caller, uint256 seed, address owing) {
        Watch memory watch = _watch(caller, seed, owing);
        _;
        _judge(watch);
    }

    constructor() {
        for (uint256 i = 0; i < COUNT; ++i) accounts.push(vm.addr(i + 1));
        vm.roll(1000);
        protocol = new Protocol(accounts, LPT_EACH);
        (bonding, broker, rounds) = (protocol.bonding(), protocol.broker(), protocol.rounds());
        (token, minter) = (protocol.token(), protocol.minter());
        rounds.initializeRound();
        for (uint256 i = 0; i < COUNT; ++i) {
            vm.prank(accounts[i]);
            token.approve(address(bonding), type(uint256).max);
            vm.deal(accounts[i], 1000 ether);
        }
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(accounts[i]);
            bonding.bond((i + 1) * 1000 ether, accounts[i]);
        }
        vm.prank(accounts[COUNT - 1]);
        broker.fundDepositAndReserve{value: 9 ether}(5 ether, 4 ether);
        etherIn = 9 ether;
    }

    // Stake

    function bond(uint256 who, uint256 to, uint256 amount, uint256 seed)
        external
        beside(_account(who), seed, address(0))
    {
        address caller = _account(who);
        uint256 sum = _amount(amount, token.balanceOf(caller));
        vm.prank(caller);
        bonding.bond(sum, _account(to));
    }

    function bondSelf(uint256 who, uint256 amount, uint256 seed) external beside(_account(who), seed, address(0)) {
        address caller = _account(who);
        uint256 sum = _amount(amount, token.balanceOf(caller));
        vm.prank(caller);
        bonding.bond(sum, caller);
    }

    function bondFor(uint256 who, uint256 owner, uint256 to, uint256 amount, uint256 hint, uint256 seed)
        external
        beside(_account(who), seed, address(0))
    {
        _bondFor(_account(who), _account(owner), _account(to), amount, _account(hint));
    }

    function _bondFor(address caller, address owner, address to, uint256 amount, address hint) private {
        uint256 sum = _amount(amount, token.balanceOf(caller));
        vm.prank(caller);
        bonding.bondForWithHint(sum, owner, to, hint, hint, hint, address(0));
    }

    function unbond(uint256 who, uint256 amount, uint256 seed) external beside(_account(who), seed, address(0)) {
        address caller = _account(who);
        uint256 sum = _amount(amount, bonding.pendingStake(caller, 0));
        vm.prank(caller);
        bonding.unbond(sum);
    }

    function rebond(uint256 who, uint256 lock, uint256 seed) external beside(_account(who), seed, address(0)) {
        uint256 id = _lock(who, lock);
        vm.prank(_account(who));
        bonding.rebond(id);
    }

    function rebondFromUnbonded(uint256 who, uint256 to, uint256 lock, uint256 seed)
        external
        beside(_account(who), seed, address(0))
    {
        uint256 id = _lock(who, lock);
        vm.prank(_account(who));
        bonding.rebondFromUnbonded(_account(to), id);
    }

    function transferBond(uint256 who, uint256 to, uint256 amount, uint256 seed)
        external
        beside(_account(who), seed, address(0))
    {
        address caller = _account(who);
        uint256 sum = _amount(amount, bonding.pendingStake(caller, 0));
        vm.prank(caller);
        bonding.transferBond(_account(to), sum, address(0), address(0), address(0), address(0));
    }

    function withdrawStake(uint256 who, uint256 lock, uint256 seed) external beside(_account(who), seed, address(0)) {
        uint256 id = _lock(who, lock);
        vm.prank(_account(who));
        bonding.withdrawStake(id);
    }

    function withdrawFees(uint256 who, uint256 amount, uint256 seed) external beside(_account(who), seed, address(0)) {
        address caller = _account(who);
        uint256 sum = _amount(amount, bonding.pendingFees(caller, 0));
        vm.prank(caller);
        bonding.withdrawFees(payable(caller), sum);
    }

    function claim(uint256 who, uint256 seed) external beside(_account(who), seed, address(0)) {
        vm.prank(_account(who));
        bonding.claimEarnings(0);
    }

    function setRates(uint256 who, uint256 cut, uint256 share, uint256 seed)
        external
        beside(_account(who), seed, address(0))
    {
        vm.prank(_account(who));
        bonding.transcoder(_rate(cut), _rate(share));
    }

    function reward(uint256 who, uint256 seed) external beside(_recipient(who), seed, address(0)) {
        address caller = _recipient(who);
        vm.prank(caller);
        bonding.reward();
    }

    // Payments

    function fund(uint256 who, uint256 to, uint96 deposit, uint96 reserve, uint256 seed)
        external
        beside(_account(who), seed, address(0))
    {
        (uint256 first, uint256 second) = (deposit % 5 ether, reserve % 5 ether);
        vm.deal(_account(who), first + second);
        vm.prank(_account(who));
        broker.fundDepositAndReserveFor{value: first + second}(_account(to), first, second);
    }

    function unlock(uint256 who, uint256 seed) external beside(_account(who), seed, address(0)) {
        vm.prank(_account(who));
        broker.unlock();
    }

    function cancelUnlock(uint256 who, uint256 seed) external beside(_account(who), seed, address(0)) {
        vm.prank(_account(who));
        broker.cancelUnlock();
    }

    function withdraw(uint256 who, uint256 seed) external beside(_account(who), seed, address(0)) {
        vm.prank(_account(who));
        broker.withdraw();
    }

    /// @dev A ticket that is in order but for what the arguments make of it; whoever redeems it may do so.
    function redeem(uint256 who, uint256 from, uint256 to, uint96 value, uint256 odds, uint256 age, uint256 seed)
        external
        beside(_account(who), seed, _account(from))
    {
        _redeem(_account(who), _ticket(_account(from), _recipient(to), value % 3 ether, odds, age), from % COUNT + 1);
    }

    function _redeem(address caller, ITicketBroker.Ticket memory ticket, uint256 key) private {
        TicketCall memory call_ = _signed(ticket, key);
        vm.prank(caller);
        broker.redeemWinningTicket(call_.ticket, call_.sig, call_.rand);
    }

    // Time

    /// @dev Blocks pass; when that ends the round, the next is begun, as a rule. Now and then all is paused for a moment.
    function pass(uint256 blocks, uint256 mood) external {
        if (mood % 16 == 1) _pauseAndTry(_account(blocks));
        vm.roll(block.number + blocks % (2 * protocol.ROUND_LENGTH()) + 1);
        if (mood % 8 != 0 && !rounds.currentRoundInitialized()) rounds.initializeRound();
    }

    /// @dev The next round begins, and with it rewards can be called.
    function nextRound(uint256 more) external {
        uint256 skipped = more % 8 == 0 ? more % 3 : 0;
        vm.roll(rounds.currentRoundStartBlock() + (1 + skipped) * protocol.ROUND_LENGTH());
        rounds.initializeRound();
    }

    /// @dev Every orchestrator that can calls reward.
    function rewardAll(uint256 but) external {
        address account = bonding.getFirstTranscoderInPool();
        for (uint256 i = 0; account != address(0); ++i) {
            if (i != but % 8) _try(account, abi.encodeCall(bonding.reward, ()));
            account = bonding.getNextTranscoderInPool(account);
        }
    }

    /// @dev Nobody does anything while the system is paused.
    function _pauseAndTry(address account) private {
        protocol.pause(true);
        (bool bonded, ) = _try(account, abi.encodeCall(bonding.bond, (1, account)));
        (bool left, ) = _try(account, abi.encodeCall(bonding.unbond, (1)));
        (bool claimed, ) = _try(account, abi.encodeCall(bonding.claimEarnings, (0)));
        require(!bonded && !left && !claimed, "REG-63: something was done in a pause");
        protocol.pause(false);
    }

    // Looking

    function belongings(address account) public view returns (Belongings memory b) {
        (b.stake, b.fees) = (bonding.pendingStake(account, 0), bonding.pendingFees(account, 0));
        b.lpt = token.balanceOf(account);
        uint256 locks;
        (, , b.delegate, , , , locks) = bonding.getDelegator(account);
        for (uint256 id = 0; id < locks; ++id) {
            (uint256 amount, ) = bonding.getDelegatorUnbondingLock(account, id);
            b.locked += amount;
        }
        (ITicketBroker.Sender memory sender, ITicketBroker.ReserveInfo memory reserve) =
            broker.getSenderInfo(account);
        (b.deposit, b.withdrawRound, b.reserve) = (sender.deposit, sender.withdrawRound, reserve.fundsRemaining);
    }

    function _watch(address caller, uint256 seed, address owing) private view returns (Watch memory w) {
        w.bystander = accounts[seed % COUNT];
        if (w.bystander == caller) w.bystander = accounts[(seed + 1) % COUNT];
        w.owing = w.bystander == owing;
        w.vault = address(minter).balance;
        w.before = belongings(w.bystander);
    }

    function _judge(Watch memory w) private {
        _assertKept(w.before, belongings(w.bystander), w.owing);
        uint256 left = address(minter).balance;
        if (left > w.vault) etherIn += left - w.vault;
        else etherOut += w.vault - left;
    }

    function _assertKept(Belongings memory before, Belongings memory now_, bool owing) private pure {
        require(now_.stake + now_.locked >= before.stake + before.locked, "BOND-14: stake of a bystander fell");
        require(now_.locked >= before.locked, "BOND-15: locks of a bystander shrank");
        require(now_.fees >= before.fees, "BOND-14: fees of a bystander fell");
        require(now_.lpt >= before.lpt, "BOND-14: LPT of a bystander fell");
        require(
            now_.delegate == before.delegate || before.delegate == address(0) || before.stake == 0,
            "BOND-13: a bystander was moved to another delegate"
        );
        require(now_.withdrawRound == before.withdrawRound, "TICK-44: a bystander's lock was moved");
        if (owing) return;
        require(now_.deposit >= before.deposit && now_.reserve >= before.reserve, "TICK-44: a bystander's money fell");
    }

    // Choosing

    struct TicketCall {
        ITicketBroker.Ticket ticket;
        bytes sig;
        uint256 rand;
    }

    function _ticket(address from, address to, uint256 value, uint256 odds, uint256 age)
        private
        returns (ITicketBroker.Ticket memory)
    {
        uint256 round = rounds.currentRound();
        uint256 made = round - age % 3;
        return ITicketBroker.Ticket({
            recipient: to,
            sender: from,
            faceValue: value,
            winProb: odds % 8 == 0 ? odds : type(uint256).max,
            senderNonce: ++_nonce,
            recipientRandHash: keccak256(abi.encode(_nonce)),
            auxData: abi.encodePacked(made, rounds.blockHashForRound(made))
        });
    }

    function _signed(ITicketBroker.Ticket memory ticket, uint256 key) private view returns (TicketCall memory) {
        bytes32 ticketHash = broker.getTicketHash(ticket);
        bytes32 digest = keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", ticketHash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return TicketCall(ticket, abi.encodePacked(r, s, v), ticket.senderNonce);
    }

    function _try(address caller, bytes memory data) private returns (bool, bytes memory) {
        address target = address(bonding);
        vm.prank(caller);
        return target.call(data);
    }

    /// @dev A member of the pool as a rule, and sometimes anybody.
    function _recipient(uint256 seed) private view returns (address account) {
        uint256 size = bonding.getTranscoderPoolSize();
        if (seed % 8 == 0 || size == 0) return _account(seed);
        account = bonding.getFirstTranscoderInPool();
        for (uint256 i = seed % size; i > 0; --i) account = bonding.getNextTranscoderInPool(account);
    }

    function _account(uint256 seed) private view returns (address) {
        return accounts[seed % COUNT];
    }

    /// @dev Nothing, a wei, all, all but one, one too much, or any part.
    function _amount(uint256 seed, uint256 all) private pure returns (uint256) {
        uint256 kind = seed % 10;
        if (kind == 0) return all;
        if (kind == 1) return all == 0 ? 0 : all - 1;
        if (kind == 2) return 1;
        if (kind == 3) return seed % 97;
        if (kind == 4) return all + 1;
        return all == 0 ? 0 : seed % all;
    }

    function _lock(uint256 who, uint256 seed) private view returns (uint256) {
        (, , , , , , uint256 locks) = bonding.getDelegator(_account(who));
        if (locks == 0) return 0;
        for (uint256 i = 0; i < locks; ++i) {
            uint256 id = addmod(seed, i, locks);
            if (bonding.isValidUnbondingLock(_account(who), id) || seed % 8 == 0) return id;
        }
        return locks;
    }

    function _rate(uint256 seed) private pure returns (uint256) {
        uint256 kind = seed % 5;
        return kind == 0 ? 0 : kind == 1 ? 1e6 : kind == 2 ? 5e5 : kind == 3 ? 1 : seed % 1e6;
    }
}
