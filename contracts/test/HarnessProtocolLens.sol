// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IBondingManager} from "interfaces/IBondingManager.sol";
import {IController} from "interfaces/IController.sol";
import {IMinter} from "interfaces/IMinter.sol";
import {IRoundsManager} from "interfaces/IRoundsManager.sol";
import {ITicketBroker} from "interfaces/ITicketBroker.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";
import {IBondingBooks} from "./IBondingBooks.sol";

/// @title Everything that clients can read of the protocol, in one call
/// @dev For tests that look at the whole state after every transaction: one call instead of hundreds. It reads what any
///      client reads, so a view that reverts makes {look} revert.
contract HarnessProtocolLens {
    struct SystemView {
        uint256 blockNumber;
        uint256 round;
        uint256 initialized;
        uint256 locked;
        uint256 lastInitializedRound;
        uint256 blockHash;
        uint256 paused;
        uint256 poolSize;
        uint256 poolMaxSize;
        uint256 activeStake;
        uint256 nextActiveStake;
        uint256 treasuryCut;
        uint256 unbondingPeriod;
        uint256 vaultLpt;
        uint256 vaultEth;
        uint256 strayLpt;
        uint256 strayEth;
        uint256 supply;
        uint256 mintable;
        uint256 minted;
        uint256 inflation;
    }

    struct AccountView {
        IBondingBooks.DelegatorView delegator;
        IBondingBooks.TranscoderView transcoder;
        IBondingBooks.PoolView pool; // of the current round
        IBondingBooks.PoolView pastPool; // of the round that was asked for
        ITicketBroker.Sender sender;
        ITicketBroker.ReserveInfo reserve;
        uint256 status;
        uint256 registered;
        uint256 active;
        uint256 pendingStake;
        uint256 pendingFees;
        uint256 lpt;
    }

    struct LockView {
        uint256 amount;
        uint256 withdrawRound;
    }

    struct ClaimView {
        uint256 claimable;
        uint256 claimed;
    }

    IController private immutable _CONTROLLER;
    IERC20 private immutable _TOKEN;
    IMinter private immutable _MINTER;
    IBondingManager private immutable _BONDING;
    IRoundsManager private immutable _ROUNDS;
    ITicketBroker private immutable _BROKER;
    address private immutable _REGISTRY;

    constructor(IController controller) {
        _CONTROLLER = controller;
        _TOKEN = IERC20(controller.getContract(ContractIds.LIVEPEER_TOKEN));
        _MINTER = IMinter(controller.getContract(ContractIds.MINTER));
        _BONDING = IBondingManager(controller.getContract(ContractIds.BONDING_MANAGER));
        _ROUNDS = IRoundsManager(controller.getContract(ContractIds.ROUNDS_MANAGER));
        _BROKER = ITicketBroker(controller.getContract(ContractIds.TICKET_BROKER));
        _REGISTRY = controller.getContract(ContractIds.SERVICE_REGISTRY);
    }

    /// @param accounts Accounts to tell of, in all their roles.
    /// @param senders Holders of reserves to tell of.
    /// @param pastRound Round whose earnings are told of beside those of the current one.
    /// @return system The protocol as a whole.
    /// @return views One for each account.
    /// @return locks All locks that each account ever had, account after account; zeros for those used up.
    /// @return pool Its members, highest stake first.
    /// @return claims What each account can claim and has claimed from each sender's reserve, sender after sender.
    function look(address[] calldata accounts, address[] calldata senders, uint256 pastRound)
        external
        view
        returns (
            SystemView memory system,
            AccountView[] memory views,
            LockView[] memory locks,
            address[] memory pool,
            ClaimView[] memory claims
        )
    {
        system = _system();
        views = _accounts(accounts, system.round, pastRound);
        locks = _locks(accounts, views);
        pool = _pool(system.poolSize);
        claims = _claims(accounts, senders);
    }

    function _system() private view returns (SystemView memory s) {
        s.blockNumber = block.number;
        s.round = _ROUNDS.currentRound();
        s.initialized = _ROUNDS.currentRoundInitialized() ? 1 : 0;
        s.locked = _ROUNDS.currentRoundLocked() ? 1 : 0;
        s.lastInitializedRound = _ROUNDS.lastInitializedRound();
        s.blockHash = uint256(_ROUNDS.blockHashForRound(s.round));
        s.paused = _CONTROLLER.paused() ? 1 : 0;
        s.poolSize = _BONDING.getTranscoderPoolSize();
        s.poolMaxSize = _BONDING.getTranscoderPoolMaxSize();
        s.activeStake = _BONDING.currentRoundTotalActiveStake();
        s.nextActiveStake = _BONDING.nextRoundTotalActiveStake();
        s.treasuryCut = _BONDING.treasuryRewardCutRate();
        s.unbondingPeriod = _BONDING.unbondingPeriod();
        s.vaultLpt = _TOKEN.balanceOf(address(_MINTER));
        s.vaultEth = address(_MINTER).balance;
        (s.strayLpt, s.strayEth) = _stray();
        s.supply = _TOKEN.totalSupply();
        s.mintable = _MINTER.currentMintableTokens();
        s.minted = _MINTER.currentMintedTokens();
        s.inflation = _MINTER.inflation();
    }

    /// @dev What lies with contracts that are to hold nothing.
    function _stray() private view returns (uint256 lpt, uint256 eth) {
        address[6] memory others = [
            address(_CONTROLLER),
            address(_TOKEN),
            address(_BONDING),
            address(_ROUNDS),
            address(_BROKER),
            _REGISTRY
        ];
        for (uint256 i = 0; i < others.length; ++i) {
            lpt += _TOKEN.balanceOf(others[i]);
            eth += others[i].balance;
        }
    }

    function _accounts(address[] calldata accounts, uint256 round, uint256 pastRound)
        private
        view
        returns (AccountView[] memory views)
    {
        views = new AccountView[](accounts.length);
        for (uint256 i = 0; i < accounts.length; ++i) _fill(views[i], accounts[i], round, pastRound);
    }

    function _fill(AccountView memory v, address account, uint256 round, uint256 pastRound) private view {
        IBondingBooks books = IBondingBooks(address(_BONDING));
        v.delegator = books.getDelegator(account);
        v.transcoder = books.getTranscoder(account);
        v.pool = books.getTranscoderEarningsPoolForRound(account, round);
        v.pastPool = books.getTranscoderEarningsPoolForRound(account, pastRound);
        (v.sender, v.reserve) = _BROKER.getSenderInfo(account);
        v.status = uint256(_BONDING.delegatorStatus(account));
        v.registered = _BONDING.isRegisteredTranscoder(account) ? 1 : 0;
        v.active = _BONDING.isActiveTranscoder(account) ? 1 : 0;
        v.pendingStake = _BONDING.pendingStake(account, round);
        v.pendingFees = _BONDING.pendingFees(account, round);
        v.lpt = _TOKEN.balanceOf(account);
    }

    function _locks(address[] calldata accounts, AccountView[] memory views)
        private
        view
        returns (LockView[] memory locks)
    {
        uint256 count;
        for (uint256 i = 0; i < views.length; ++i) count += views[i].delegator.nextUnbondingLockId;

        locks = new LockView[](count);
        count = 0;
        for (uint256 i = 0; i < views.length; ++i) {
            for (uint256 id = 0; id < views[i].delegator.nextUnbondingLockId; ++id) {
                (locks[count].amount, locks[count].withdrawRound) = _BONDING.getDelegatorUnbondingLock(accounts[i], id);
                ++count;
            }
        }
    }

    /// @dev Walks the pool as clients do; one that does not end where its size says is worth a failure.
    function _pool(uint256 size) private view returns (address[] memory pool) {
        pool = new address[](size);
        address account = _BONDING.getFirstTranscoderInPool();
        for (uint256 i = 0; i < size; ++i) {
            pool[i] = account;
            account = _BONDING.getNextTranscoderInPool(account);
        }
        assert(account == address(0));
    }

    function _claims(address[] calldata accounts, address[] calldata senders)
        private
        view
        returns (ClaimView[] memory claims)
    {
        claims = new ClaimView[](accounts.length * senders.length);
        for (uint256 i = 0; i < claims.length; ++i) {
            address sender = senders[i / accounts.length];
            address claimant = accounts[i % accounts.length];
            claims[i] = ClaimView({
                claimable: _BROKER.claimableReserve(sender, claimant),
                claimed: _BROKER.claimedReserve(sender, claimant)
            });
        }
    }
}
