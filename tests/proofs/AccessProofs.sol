// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBondingManager} from "interfaces/IBondingManager.sol";
import {IBondingVotes} from "interfaces/IBondingVotes.sol";
import {IController} from "interfaces/IController.sol";
import {IManager} from "interfaces/IManager.sol";
import {IMinter} from "interfaces/IMinter.sol";
import {IRoundsManager} from "interfaces/IRoundsManager.sol";
import {ITicketBroker} from "interfaces/ITicketBroker.sol";
import {BondingManager} from "contracts/bonding/BondingManager.sol";
import {BondingVotes} from "contracts/bonding/BondingVotes.sol";
import {TicketBroker} from "contracts/payments/TicketBroker.sol";
import {RoundsManager} from "contracts/rounds/RoundsManager.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";
import {Minter} from "contracts/token/Minter.sol";
import {Proof} from "./Proof.sol";
import {World} from "./World.sol";

/// @title Who may do what, for every caller and every argument
/// @dev Roles are played by any addresses; a caller without the role of a function never has it succeed.
contract AccessProofs is Proof {
    World private _world = new World();
    IController private _controller = IController(address(_world));

    /// @dev No call of `data` by an account other than `role` succeeds.
    function _assertRefused(address target, address role, address caller, bytes memory data) private {
        vm.assume(caller != role && caller != address(_world));
        vm.prank(caller);
        (bool success, ) = target.call(data);
        assert(!success);
    }

    /// @notice Parameters of the BondingManager are the owner's.
    function check_bonding_parameters(address owner, address caller, uint256 value, uint256 choice) public {
        vm.assume(choice < 4);
        _world.setOwner(owner);
        bytes memory data;
        if (choice == 0) data = abi.encodeCall(IBondingManager.setUnbondingPeriod, (uint64(value)));
        else if (choice == 1) data = abi.encodeCall(IBondingManager.setNumActiveTranscoders, (value));
        else if (choice == 2) data = abi.encodeCall(IBondingManager.setTreasuryRewardCutRate, (value));
        else data = abi.encodeCall(IBondingManager.setTreasuryBalanceCeiling, (value));
        _assertRefused(address(new BondingManager(_controller)), owner, caller, data);
    }

    /// @notice Slashing is the verifier's.
    function check_slashing(address verifier, address caller, address account, address finder, uint256 a, uint256 b)
        public
    {
        vm.assume(verifier != address(0));
        _world.register(ContractIds.VERIFIER, verifier);
        bytes memory data = abi.encodeCall(IBondingManager.slashTranscoder, (account, finder, a, b));
        _assertRefused(address(new BondingManager(_controller)), verifier, caller, data);
    }

    /// @notice Fees are credited by the TicketBroker.
    function check_fees(address broker, address caller, address account, uint256 amount, uint256 round) public {
        vm.assume(broker != address(0));
        _world.register(ContractIds.TICKET_BROKER, broker);
        bytes memory data = abi.encodeCall(IBondingManager.updateTranscoderWithFees, (account, amount, round));
        _assertRefused(address(new BondingManager(_controller)), broker, caller, data);
    }

    /// @notice The active stake of a round is fixed by the RoundsManager.
    function check_fixing_the_active_stake(address rounds, address caller) public {
        vm.assume(rounds != address(0));
        _world.register(ContractIds.ROUNDS_MANAGER, rounds);
        bytes memory data = abi.encodeCall(IBondingManager.setCurrentRoundTotalActiveStake, ());
        _assertRefused(address(new BondingManager(_controller)), rounds, caller, data);
    }

    /// @notice Rewards are called by the orchestrator, or by whom it has named: nobody is named in the beginning.
    function check_reward_for_another(address caller, address account) public {
        vm.assume(caller != address(0));
        bytes memory data = abi.encodeCall(IBondingManager.rewardForTranscoder, (account));
        _assertRefused(address(new BondingManager(_controller)), address(0), caller, data);
    }

    /// @notice LPT and its minting obey the BondingManager.
    function check_minter_tokens(address bonding, address caller, address to, uint256 a, uint256 b, uint256 choice)
        public
    {
        vm.assume(bonding != address(0) && choice < 4);
        _world.register(ContractIds.BONDING_MANAGER, bonding);
        bytes memory data;
        if (choice == 0) data = abi.encodeCall(IMinter.createReward, (a, b));
        else if (choice == 1) data = abi.encodeCall(IMinter.createRewardWithCut, (a, b, 0, to));
        else if (choice == 2) data = abi.encodeCall(IMinter.trustedTransferTokens, (to, a));
        else data = abi.encodeCall(IMinter.trustedBurnTokens, (a));
        _assertRefused(address(new Minter(_controller, 0, 0, 0)), bonding, caller, data);
    }

    /// @notice ETH leaves at the word of the BondingManager or the TicketBroker.
    function check_minter_ether(address bonding, address broker, address caller, address payable to, uint256 amount)
        public
    {
        vm.assume(bonding != address(0) && broker != address(0) && caller != broker);
        _world.register(ContractIds.BONDING_MANAGER, bonding);
        _world.register(ContractIds.JOBS_MANAGER, broker);
        Minter minter = new Minter(_controller, 0, 0, 0);
        vm.deal(address(minter), amount);
        _assertRefused(address(minter), bonding, caller, abi.encodeCall(IMinter.trustedWithdrawETH, (to, amount)));
        assert(address(minter).balance == amount);
    }

    /// @notice ETH comes from the TicketBroker or another Minter.
    function check_minter_deposits(address broker, address other, address caller, uint96 value) public {
        vm.assume(broker != address(0) && other != address(0) && caller != other);
        vm.assume(caller != broker && caller != address(_world));
        _world.register(ContractIds.JOBS_MANAGER, broker);
        _world.register(ContractIds.MINTER, other);
        Minter minter = new Minter(_controller, 0, 0, 0);
        vm.deal(caller, value);
        vm.prank(caller);
        (bool success, ) = address(minter).call{value: value}(abi.encodeCall(IMinter.depositETH, ()));
        assert(!success);
    }

    /// @notice A round's budget is set by the RoundsManager.
    function check_minter_budget(address rounds, address caller) public {
        vm.assume(rounds != address(0));
        _world.register(ContractIds.ROUNDS_MANAGER, rounds);
        bytes memory data = abi.encodeCall(IMinter.setCurrentRewardTokens, ());
        _assertRefused(address(new Minter(_controller, 0, 0, 0)), rounds, caller, data);
    }

    /// @notice The Minter's parameters and its succession are the owner's.
    function check_minter_parameters(address owner, address caller, uint256 value, address next, uint256 choice) public {
        vm.assume(choice < 3);
        _world.setOwner(owner);
        bytes memory data;
        if (choice == 0) data = abi.encodeCall(IMinter.setTargetBondingRate, (value));
        else if (choice == 1) data = abi.encodeCall(IMinter.setInflationChange, (value));
        else data = abi.encodeCall(IMinter.migrateToNewMinter, (IMinter(next)));
        _assertRefused(address(new Minter(_controller, 0, 0, 0)), owner, caller, data);
    }

    /// @notice The clock's parameters are the owner's.
    function check_rounds_parameters(address owner, address caller, uint256 a, uint256 b, uint256 choice) public {
        vm.assume(choice < 3);
        _world.setOwner(owner);
        bytes memory data;
        if (choice == 0) data = abi.encodeCall(IRoundsManager.setRoundLength, (a));
        else if (choice == 1) data = abi.encodeCall(IRoundsManager.setRoundLockAmount, (a));
        else data = abi.encodeCall(IRoundsManager.setLIPUpgradeRound, (a, b));
        _assertRefused(address(new RoundsManager(_controller)), owner, caller, data);
    }

    /// @notice The broker's parameters are the owner's.
    function check_broker_parameters(address owner, address caller, uint256 value, bool which) public {
        _world.setOwner(owner);
        bytes memory data = which
            ? abi.encodeCall(ITicketBroker.setUnlockPeriod, (value))
            : abi.encodeCall(ITicketBroker.setTicketValidityPeriod, (value));
        _assertRefused(address(new TicketBroker(_controller)), owner, caller, data);
    }

    /// @notice Votes are written by the BondingManager.
    function check_votes(address bonding, address caller, address a, address b, uint256[5] memory n, bool which) public {
        vm.assume(bonding != address(0));
        _world.register(ContractIds.BONDING_MANAGER, bonding);
        bytes memory data = which
            ? abi.encodeCall(IBondingVotes.checkpointBondingState, (a, n[0], n[1], b, n[2], n[3], n[4]))
            : abi.encodeCall(IBondingVotes.checkpointTotalActiveStake, (n[0], n[1]));
        _assertRefused(address(new BondingVotes(_controller)), bonding, caller, data);
    }

    /// @notice Every contract moves to another Controller at the word of the present one alone.
    function check_controller(address caller, address next, uint256 choice) public {
        vm.assume(choice < 5);
        address target;
        if (choice == 0) target = address(new BondingManager(_controller));
        else if (choice == 1) target = address(new BondingVotes(_controller));
        else if (choice == 2) target = address(new TicketBroker(_controller));
        else if (choice == 3) target = address(new RoundsManager(_controller));
        else target = address(new Minter(_controller, 0, 0, 0));
        _assertRefused(target, address(_world), caller, abi.encodeCall(IManager.setController, (next)));
    }

    /// @notice While the system is paused no function of a delegator or orchestrator succeeds.
    function check_bonding_pause(address caller, address a, uint256 n, uint256 m, uint256 choice) public {
        vm.assume(choice < 12);
        _world.setPaused(true);
        bytes memory data;
        if (choice == 0) data = abi.encodeCall(IBondingManager.bond, (n, a));
        else if (choice == 1) data = abi.encodeCall(IBondingManager.unbond, (n));
        else if (choice == 2) data = abi.encodeCall(IBondingManager.rebond, (n));
        else if (choice == 3) data = abi.encodeCall(IBondingManager.rebondFromUnbonded, (a, n));
        else if (choice == 4) data = abi.encodeCall(IBondingManager.transferBond, (a, n, a, a, a, a));
        else if (choice == 5) data = abi.encodeCall(IBondingManager.withdrawStake, (n));
        else if (choice == 6) data = abi.encodeCall(IBondingManager.withdrawFees, (payable(a), n));
        else if (choice == 7) data = abi.encodeCall(IBondingManager.claimEarnings, (n));
        else if (choice == 8) data = abi.encodeCall(IBondingManager.transcoder, (n, m));
        else if (choice == 9) data = abi.encodeCall(IBondingManager.reward, ());
        else if (choice == 10) data = abi.encodeCall(IBondingManager.setRewardCaller, (a));
        else data = abi.encodeCall(IBondingManager.bondForWithHint, (n, a, a, a, a, a, a));
        _assertRefused(address(new BondingManager(_controller)), address(_world), caller, data);
    }
}
