// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IController} from "interfaces/IController.sol";
import {BondingManager} from "contracts/bonding/BondingManager.sol";
import {BondingVotes} from "contracts/bonding/BondingVotes.sol";
import {TicketBroker} from "contracts/payments/TicketBroker.sol";
import {Controller} from "contracts/registry/Controller.sol";
import {ManagerProxy} from "contracts/registry/ManagerProxy.sol";
import {RoundsManager} from "contracts/rounds/RoundsManager.sol";
import {LivepeerToken} from "contracts/token/LivepeerToken.sol";
import {Minter} from "contracts/token/Minter.sol";

/// @title The real contracts behind their real proxies, with short periods and a small pool
contract Protocol {
    uint256 public constant ROUND_LENGTH = 20;
    uint256 public constant POOL_SIZE = 3;
    address public constant TREASURY = address(0x7EA5);

    Controller public controller = new Controller();
    LivepeerToken public token = new LivepeerToken();
    Minter public minter = new Minter(controller, 1e7, 5e5, 5e8); // 1 % a round, so that a short history earns something
    BondingManager public bonding = BondingManager(_behindProxy("BondingManager", address(new BondingManager(controller))));
    TicketBroker public broker = TicketBroker(_behindProxy("TicketBroker", address(new TicketBroker(controller))));
    RoundsManager public rounds = RoundsManager(_behindProxy("RoundsManager", address(new RoundsManager(controller))));
    BondingVotes public votes = BondingVotes(_behindProxy("BondingVotes", address(new BondingVotes(controller))));

    constructor(address[] memory accounts, uint256 lptEach) {
        _register("LivepeerToken", address(token));
        _register("Minter", address(minter));
        _register("JobsManager", address(broker));
        _register("Treasury", TREASURY);
        token.grantRole(keccak256("MINTER_ROLE"), address(minter));
        token.grantRole(keccak256("BURNER_ROLE"), address(minter));
        token.grantRole(keccak256("MINTER_ROLE"), address(this));
        for (uint256 i = 0; i < accounts.length; ++i) token.mint(accounts[i], lptEach);
        token.renounceRole(keccak256("MINTER_ROLE"), address(this));

        rounds.setRoundLength(ROUND_LENGTH);
        rounds.setRoundLockAmount(100_000);
        bonding.setUnbondingPeriod(2);
        bonding.setNumActiveTranscoders(POOL_SIZE);
        bonding.setTreasuryRewardCutRate(1e26);
        broker.setUnlockPeriod(2);
        broker.setTicketValidityPeriod(2);
        controller.unpause();
    }

    function pause(bool on) external {
        if (on) controller.pause();
        else controller.unpause();
    }

    function _behindProxy(string memory name, address target) private returns (address proxy) {
        _register(string.concat(name, "Target"), target);
        proxy = address(new ManagerProxy(IController(controller), keccak256(bytes(string.concat(name, "Target")))));
        _register(name, proxy);
    }

    function _register(string memory name, address account) private {
        controller.setContractInfo(keccak256(bytes(name)), account, 0);
    }
}
