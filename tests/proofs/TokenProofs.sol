// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LivepeerToken} from "contracts/token/LivepeerToken.sol";
import {Proof} from "./Proof.sol";

/// @title The token: nothing comes from nowhere, and nobody spends another's
contract TokenProofs is Proof {
    bytes32 private constant MINTER = keccak256("MINTER_ROLE");
    bytes32 private constant BURNER = keccak256("BURNER_ROLE");

    LivepeerToken private _token = new LivepeerToken();

    function _give(address account, uint128 amount) private {
        _token.grantRole(MINTER, address(this));
        _token.mint(account, amount);
    }

    function _call(address caller, bytes memory data) private returns (bool success) {
        vm.prank(caller);
        (success, ) = address(_token).call(data);
    }

    /// @notice Who has neither role nor administration neither mints, nor burns, nor hands out a role.
    function check_roles_are_needed(address caller, address to, uint256 amount, bytes32 role, uint256 choice) public {
        vm.assume(caller != address(this) && choice < 5);
        bytes memory data;
        if (choice == 0) data = abi.encodeWithSelector(_token.mint.selector, to, amount);
        else if (choice == 1) data = abi.encodeWithSignature("burn(uint256)", amount);
        else if (choice == 2) data = abi.encodeWithSignature("burnFrom(address,uint256)", to, amount);
        else if (choice == 3) data = abi.encodeWithSelector(_token.grantRole.selector, role, to);
        else data = abi.encodeWithSelector(_token.revokeRole.selector, role, to);
        assert(!_call(caller, data));
    }

    /// @notice A transfer moves what it says between two, and leaves the sum and all others.
    function check_transfers_conserve(address from, address to, address other, uint128 has, uint256 amount) public {
        vm.assume(from != address(0) && other != from && other != to);
        _give(from, has);
        uint256 toBefore = _token.balanceOf(to);
        bool success = _call(from, abi.encodeWithSelector(_token.transfer.selector, to, amount));
        assert(success == (amount <= has && to != address(0)));
        if (!success) amount = 0;
        if (from != to) assert(_token.balanceOf(from) == has - amount);
        if (from != to) assert(_token.balanceOf(to) == toBefore + amount);
        assert(_token.balanceOf(other) == 0 && _token.totalSupply() == has);
    }

    /// @notice Nobody spends more of another's than was allowed, and what is spent is no longer allowed.
    function check_allowances_bound(address owner, address spender, uint128 has, uint256 allowed, uint256 amount)
        public
    {
        vm.assume(owner != address(0) && spender != address(0) && owner != spender && allowed != type(uint256).max);
        _give(owner, has);
        vm.prank(owner);
        _token.approve(spender, allowed);
        bytes memory data = abi.encodeWithSelector(_token.transferFrom.selector, owner, address(0x3001), amount);
        bool success = _call(spender, data);
        assert(success == (amount <= allowed && amount <= has));
        assert(_token.allowance(owner, spender) == (success ? allowed - amount : allowed));
    }

    /// @notice Minting and burning change the supply by exactly their amount.
    function check_mint_and_burn_are_exact(address to, uint128 amount, uint128 burnt) public {
        vm.assume(to != address(0) && to != address(this));
        _give(to, amount);
        assert(_token.totalSupply() == amount && _token.balanceOf(to) == amount);
        _token.grantRole(BURNER, to);
        bool success = _call(to, abi.encodeWithSignature("burn(uint256)", burnt));
        assert(success == (burnt <= amount));
        if (success) assert(_token.totalSupply() == amount - burnt && _token.balanceOf(to) == amount - burnt);
    }

    /// @notice An allowance never wraps: it cannot be lowered below nothing.
    function check_allowances_do_not_wrap(address owner, address spender, uint256 allowed, uint256 less) public {
        vm.assume(owner != address(0) && spender != address(0));
        vm.prank(owner);
        _token.approve(spender, allowed);
        bool success = _call(owner, abi.encodeWithSelector(_token.decreaseAllowance.selector, spender, less));
        assert(success == (less <= allowed));
        assert(_token.allowance(owner, spender) == (success ? allowed - less : allowed));
    }
}
