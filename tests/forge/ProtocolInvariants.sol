// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITicketBroker} from "interfaces/ITicketBroker.sol";
import {BondingManager} from "contracts/bonding/BondingManager.sol";
import {TicketBroker} from "contracts/payments/TicketBroker.sol";
import {Actors, Vm} from "./Actors.sol";
import {Protocol} from "./Protocol.sol";

/// @title What holds after every call of anybody: money, stake, and the pool
/// @dev Forge calls {Actors} at random, led by the coverage of the contracts, and asks the one invariant here after each
///      call. Every failure names its property. At the end of every history everybody leaves (BOND-25).
contract ProtocolInvariants {
    // solhint-disable-next-line const-name-snakecase
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    Actors private _actors;
    Protocol private _protocol;
    BondingManager private _bonding;
    TicketBroker private _broker;

    function setUp() public {
        _actors = new Actors();
        _protocol = _actors.protocol();
        (_bonding, _broker) = (_protocol.bonding(), _protocol.broker());
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_actors);
    }

    function invariant_money_stake_and_pool() public view {
        _assertMoney();
        _assertStake();
        _assertPool();
    }

    /// @dev Everybody unbonds, waits, and takes everything; nobody is refused, and what is left is nobody's.
    function afterInvariant() public {
        _newRound(1);
        uint256 count = _actors.COUNT();
        for (uint256 i = 0; i < count; ++i) {
            address account = _actors.accounts(i);
            uint256 stake = _bonding.pendingStake(account, 0);
            if (stake > 0) {
                vm.prank(account);
                _bonding.unbond(stake);
            }
            ITicketBroker.Sender memory sender;
            (sender, ) = _broker.getSenderInfo(account);
            if (sender.withdrawRound == 0 && _funds(account) > 0) {
                vm.prank(account);
                _broker.unlock();
            }
        }
        _newRound(3);
        for (uint256 i = 0; i < count; ++i) _leave(_actors.accounts(i));
        require(_bonding.getTranscoderPoolSize() == 0, "BOND-25: somebody is left in the pool");
        require(_bonding.nextRoundTotalActiveStake() == 0, "BOND-25: stake is left in the pool");
    }

    function _leave(address account) private {
        (, , , , , , uint256 locks) = _bonding.getDelegator(account);
        for (uint256 id = 0; id < locks; ++id) {
            if (!_bonding.isValidUnbondingLock(account, id)) continue;
            vm.prank(account);
            _bonding.withdrawStake(id);
        }
        uint256 fees = _bonding.pendingFees(account, 0);
        vm.prank(account);
        _bonding.withdrawFees(payable(account), fees);
        if (_funds(account) > 0) {
            vm.prank(account);
            _broker.withdraw();
        }
        require(_bonding.pendingStake(account, 0) == 0, "BOND-25: stake is left");
        require(_bonding.pendingFees(account, 0) == 0, "BOND-25: fees are left");
    }

    function _newRound(uint256 rounds) private {
        vm.roll(block.number + rounds * _protocol.ROUND_LENGTH());
        _protocol.rounds().initializeRound();
    }

    function _funds(address account) private view returns (uint256) {
        (ITicketBroker.Sender memory sender, ITicketBroker.ReserveInfo memory reserve) =
            _broker.getSenderInfo(account);
        return sender.deposit + reserve.fundsRemaining;
    }

    function _assertMoney() private view {
        uint256 lpt = 0;
        uint256 eth = 0;
        uint256 held = 0;
        for (uint256 i = 0; i < _actors.COUNT(); ++i) {
            Actors.Belongings memory b = _actors.belongings(_actors.accounts(i));
            lpt += b.stake + b.locked;
            eth += b.fees + b.deposit + b.reserve;
            held += b.lpt;
        }
        address vault = address(_protocol.minter());
        uint256 vaultLpt = _protocol.token().balanceOf(vault);
        require(vaultLpt >= lpt, "SOLV-01: more stake than LPT");
        require(vault.balance >= eth, "SOLV-02: more fees and deposits than ETH");
        require(vault.balance == _actors.etherIn() - _actors.etherOut(), "SOLV-03: the ETH ledger is off");
        uint256 treasury = _protocol.token().balanceOf(_protocol.TREASURY());
        require(_protocol.token().totalSupply() == held + vaultLpt + treasury, "SOLV-04: LPT elsewhere");
        require(address(_bonding).balance + address(_broker).balance == 0, "SOLV-03: ETH outside the vault");
        require(
            _protocol.minter().currentMintedTokens() <= _protocol.minter().currentMintableTokens(),
            "MINT-29: more was minted than the budget"
        );
    }

    function _assertStake() private view {
        for (uint256 i = 0; i < _actors.COUNT(); ++i) {
            address account = _actors.accounts(i);
            uint256 behind = 0;
            uint256 bonds = 0;
            for (uint256 j = 0; j < _actors.COUNT(); ++j) {
                address delegator = _actors.accounts(j);
                (uint256 bonded, , address delegate, , , , ) = _bonding.getDelegator(delegator);
                if (delegate != account) continue;
                bonds += bonded;
                behind += _bonding.pendingStake(delegator, 0);
            }
            require(_bonding.transcoderTotalStake(account) >= bonds, "BOND-05: less behind it than is bonded to it");
            require(_bonding.transcoderTotalStake(account) >= behind, "BOND-05: less behind it than is pending");
            (uint256 own, , address to, , , , ) = _bonding.getDelegator(account);
            require(_bonding.isRegisteredTranscoder(account) == (to == account && own > 0), "BOND-11: registered");
        }
    }

    function _assertPool() private view {
        uint256 size = _bonding.getTranscoderPoolSize();
        require(size <= _protocol.POOL_SIZE(), "BOND-09: the pool is too long");
        address account = _bonding.getFirstTranscoderInPool();
        uint256 sum = 0;
        uint256 above = type(uint256).max;
        for (uint256 i = 0; i < size; ++i) {
            uint256 stake = _bonding.transcoderTotalStake(account);
            require(stake <= above, "BOND-09: the pool is not sorted");
            require(_bonding.isRegisteredTranscoder(account), "BOND-11: one of the pool is not registered");
            (above, sum) = (stake, sum + stake);
            account = _bonding.getNextTranscoderInPool(account);
        }
        require(account == address(0), "BOND-09: the pool does not end where its size says");
        require(_bonding.nextRoundTotalActiveStake() == sum, "BOND-08: the active stake is not the sum of the pool");
    }
}
