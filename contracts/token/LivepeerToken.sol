// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

import {ILivepeerToken} from "interfaces/ILivepeerToken.sol";

/// @title The protocol's token (LPT); what each function promises stands in {ILivepeerToken}
contract LivepeerToken is ILivepeerToken, ERC20Burnable, ERC20Permit, AccessControl {
    bytes32 private constant MINTER_ROLE = keccak256("MINTER_ROLE");
    bytes32 private constant BURNER_ROLE = keccak256("BURNER_ROLE");

    constructor() ERC20("Livepeer Token", "LPT") ERC20Permit("Livepeer Token") {
        _grantRole(DEFAULT_ADMIN_ROLE, msg.sender);
    }

    function mint(address to, uint256 amount) external onlyRole(MINTER_ROLE) {
        _mint(to, amount);

        emit Mint(to, amount);
    }

    function increaseAllowance(address spender, uint256 addedValue) external returns (bool) {
        _approve(msg.sender, spender, allowance(msg.sender, spender) + addedValue);
        return true;
    }

    function decreaseAllowance(address spender, uint256 subtractedValue) external returns (bool) {
        uint256 allowed = allowance(msg.sender, spender);
        require(subtractedValue <= allowed, ERC20InsufficientAllowance(spender, allowed, subtractedValue));

        _approve(msg.sender, spender, allowed - subtractedValue);
        return true;
    }

    function burn(uint256 amount) public override(ILivepeerToken, ERC20Burnable) onlyRole(BURNER_ROLE) {
        super.burn(amount);

        emit Burn(msg.sender, amount);
    }

    function burnFrom(address account, uint256 amount)
        public
        override(ILivepeerToken, ERC20Burnable)
        onlyRole(BURNER_ROLE)
    {
        super.burnFrom(account, amount);

        emit Burn(account, amount);
    }
}
