// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {IMinter} from "interfaces/IMinter.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";
import {Minter} from "contracts/token/Minter.sol";
import {Proof} from "./Proof.sol";
import {World} from "./World.sol";

/// @title The token as the Minter sees it, and the bonded stake
contract Books {
    uint256 public totalSupply;
    uint256 public getTotalBonded;
    uint256 public l1CirculatingSupply;
    uint256 public sent;
    uint256 public minted;

    function set(uint256 supply, uint256 bonded) external {
        (totalSupply, getTotalBonded) = (supply, bonded);
    }

    function mint(address, uint256 amount) external {
        minted += amount;
    }

    function transfer(address, uint256 amount) external returns (bool) {
        sent += amount;
        return true;
    }
}

/// @title Mint and vault: budgets, and inflation step by step
contract MinterProofs is Proof {
    uint256 private constant LIMIT = type(uint104).max;

    World private _world = new World();
    Books private _books = new Books();

    function _minter(uint32 inflation, uint32 change, uint32 target) private returns (Minter) {
        vm.assume(inflation <= 1e9 && change <= 1e9 && target <= 1e9);
        _world.register(ContractIds.LIVEPEER_TOKEN, address(_books));
        _world.register(ContractIds.BONDING_MANAGER, address(_books));
        _world.register(ContractIds.L2_LPT_DATA_CACHE, address(_books));
        return new Minter(IController(address(_world)), inflation, change, target);
    }

    function _openRound(Minter minter, uint104 supply, uint104 bonded) private {
        _books.set(supply, bonded);
        vm.prank(address(_world));
        minter.setCurrentRewardTokens();
    }

    /// @notice Inflation moves by its step or not at all, towards the target, and stops at zero.
    function check_inflation_moves_one_step(
        uint32 inflation,
        uint32 change,
        uint32 target,
        uint104 supply,
        uint104 bonded
    ) public {
        Minter minter = _minter(inflation, change, target);
        _openRound(minter, supply, bonded);
        uint256 rate = supply == 0 ? 0 : uint256(bonded) * 1e9 / supply;
        uint256 down = inflation > change ? inflation - change : 0;
        uint256 expected = rate < target ? uint256(inflation) + change : rate > target ? down : inflation;
        assert(minter.inflation() == expected);
    }

    /// @notice A round's budget never takes the supply beyond the limit, and starts with nothing minted.
    function check_the_budget_ends_at_the_limit(uint32 inflation, uint32 change, uint104 supply, uint104 bonded)
        public
    {
        Minter minter = _minter(inflation, change, 5e8);
        _openRound(minter, supply, bonded);
        assert(uint256(supply) + minter.currentMintableTokens() <= LIMIT);
        assert(minter.currentMintedTokens() == 0);
    }

    /// @notice Opening a round never fails, whatever the supply and the stake.
    function check_a_round_always_opens(uint32 inflation, uint32 change, uint32 target, uint104 supply, uint104 bonded)
        public
    {
        Minter minter = _minter(inflation, change, target);
        _books.set(supply, bonded);
        vm.prank(address(_world));
        (bool success, ) = address(minter).call(abi.encodeCall(IMinter.setCurrentRewardTokens, ()));
        assert(success);
    }

    /// @notice Whatever shares are asked for, two rewards of a round never exceed the budget together.
    function check_rewards_stay_within_the_budget(uint104 supply, uint96[2] memory num, uint96[2] memory denom) public {
        Minter minter = _minter(1e6, 0, 5e8);
        _openRound(minter, supply, supply / 2);
        uint256 total = 0;
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(address(_books));
            (bool success, bytes memory answer) =
                address(minter).call(abi.encodeCall(IMinter.createReward, (num[i], denom[i])));
            if (success) total += abi.decode(answer, (uint256));
        }
        assert(total <= minter.currentMintableTokens());
        assert(total == minter.currentMintedTokens() && total == _books.minted());
    }

    /// @notice Parameters are shares of 1e9.
    function check_parameters_are_shares(uint256 value, bool which) public {
        Minter minter = _minter(0, 0, 0);
        _world.setOwner(address(this));
        bytes memory data = which
            ? abi.encodeCall(IMinter.setTargetBondingRate, (value))
            : abi.encodeCall(IMinter.setInflationChange, (value));
        (bool success, ) = address(minter).call(data);
        assert(success == (value <= 1e9));
    }

    /// @notice An outflow of ETH is exactly what was asked for, and more than there is is refused.
    function check_ether_leaves_exactly(uint96 vault, uint96 amount, address payable to) public {
        Minter minter = _minter(0, 0, 0);
        vm.assume(to != address(minter) && to.code.length == 0 && uint160(address(to)) > 0xffff);
        vm.deal(address(minter), vault);
        uint256 before = to.balance;
        vm.prank(address(_books));
        (bool success, ) = address(minter).call(abi.encodeCall(IMinter.trustedWithdrawETH, (to, amount)));
        if (amount > vault) assert(!success);
        if (success) assert(address(minter).balance == vault - amount);
        if (success) assert(to.balance - before == amount);
    }
}
