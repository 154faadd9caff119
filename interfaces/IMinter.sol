// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IController} from "./IController.sol";

/// @title Mint and vault
/// @notice Decides how much LPT each round may create, and holds everything that the protocol holds: all staked LPT,
///         and all ETH of deposits, reserves and unclaimed fees.
interface IMinter {
    /// @notice A round has its budget.
    /// @param currentMintableTokens LPT wei that the round may create.
    /// @param currentInflation Inflation of the round, share of 1,000,000,000.
    event SetCurrentRewardTokens(uint256 currentMintableTokens, uint256 currentInflation);

    /// @notice Only the BondingManager or the TicketBroker may take ETH out.
    error CallerNotBondingManagerOrTicketBroker(address caller);

    /// @notice Only the registered Minter (while it hands over) or the TicketBroker may put ETH in.
    error CallerNotMinterOrTicketBroker(address caller);

    /// @notice A round cannot create more than its budget.
    error MintedExceedsMintable(uint256 minted, uint256 mintable);

    /// @notice The receiver did not take the ETH.
    error EthTransferFailed(address to, uint256 amount);

    /// @notice The new Minter is this one.
    error NewMinterIsCurrent();

    /// @notice The new Minter is the null address.
    error NewMinterZeroAddress();

    /// @notice The new Minter obeys another Controller.
    error NewMinterForeignController(address expected, address actual);

    /// @notice Only the registered Minter has something to hand over.
    error MinterNotRegistered(address registered);

    /// @notice Mints a share of the round's budget into the vault. BondingManager only, not while paused.
    /// @dev The share is floored at 1e9 before it is applied, as ever: floor(mintable * floor(num * 1e9 / denom) /
    ///      1e9). Reverts with {MintedExceedsMintable}.
    /// @param fracNum Stake that earns.
    /// @param fracDenom Total active stake of the round, above zero.
    /// @return minted LPT wei created.
    function createReward(uint256 fracNum, uint256 fracDenom) external returns (uint256 minted);

    /// @notice As {createReward}, and pays a part of what was created to `cutReceiver`, as {trustedTransferTokens}
    ///         does. BondingManager only, not while paused.
    /// @dev An addition to the published interface: one call for a reward of which the treasury has a part.
    /// @param fracNum Stake that earns.
    /// @param fracDenom Total active stake of the round, above zero.
    /// @param cutRate The receiver's share, of 1e27; rounded down.
    /// @param cutReceiver Who receives it.
    /// @return rewards LPT wei created, less the cut; they stay in the vault.
    /// @return cut LPT wei paid.
    function createRewardWithCut(
        uint256 fracNum,
        uint256 fracDenom,
        uint256 cutRate,
        address cutReceiver
    ) external returns (uint256 rewards, uint256 cut);

    /// @notice Pays LPT out of the vault. BondingManager only, not while paused.
    function trustedTransferTokens(address to, uint256 amount) external;

    /// @notice Destroys LPT out of the vault. BondingManager only, not while paused.
    function trustedBurnTokens(uint256 amount) external;

    /// @notice Pays ETH out of the vault. BondingManager or TicketBroker only, not while paused. All gas is passed on,
    ///         so callers settle their books first. Reverts with {EthTransferFailed}.
    function trustedWithdrawETH(address payable to, uint256 amount) external;

    /// @notice Takes ETH into the vault. TicketBroker or a Minter that hands over only; works while paused (LIP-40).
    /// @return accepted Always true.
    function depositETH() external payable returns (bool accepted);

    /// @notice Sets the budget of the round that begins, and moves inflation towards the target bonding rate.
    ///         RoundsManager only, not while paused. The budget never takes the supply beyond 2^104 - 1 LPT wei,
    ///         500,000 times today's: the bound that the width of every stored amount of LPT rests on.
    function setCurrentRewardTokens() external;

    /// @notice Moves everything that the vault holds to a new Minter. Controller owner only.
    /// @dev Reverts with {NewMinterIsCurrent}, {NewMinterZeroAddress}, {NewMinterForeignController} or
    ///      {MinterNotRegistered}.
    function migrateToNewMinter(IMinter newMinter) external;

    /// @notice Sets the bonding rate that inflation steers towards, share of 1,000,000,000. Controller owner only.
    function setTargetBondingRate(uint256 newTargetBondingRate) external;

    /// @notice Sets the step by which inflation moves each round, share of 1,000,000,000. Controller owner only.
    function setInflationChange(uint256 newInflationChange) external;

    /// @notice Inflation of the current round, share of 1,000,000,000.
    function inflation() external view returns (uint256);

    /// @notice Step by which inflation moves each round, share of 1,000,000,000.
    function inflationChange() external view returns (uint256);

    /// @notice Bonding rate that inflation steers towards, share of 1,000,000,000.
    function targetBondingRate() external view returns (uint256);

    /// @notice LPT wei that the current round may create.
    function currentMintableTokens() external view returns (uint256);

    /// @notice LPT wei that the current round has created.
    function currentMintedTokens() external view returns (uint256);

    /// @notice The Controller; asked by a Minter that hands over.
    function getController() external view returns (IController);

    /// @notice LPT on this chain plus LPT on L1 that has not been bridged here, in wei.
    function getGlobalTotalSupply() external view returns (uint256);
}
