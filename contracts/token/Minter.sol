// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IBondingManager} from "interfaces/IBondingManager.sol";
import {IController} from "interfaces/IController.sol";
import {IL2LPTDataCache} from "interfaces/IL2LPTDataCache.sol";
import {ILivepeerToken} from "interfaces/ILivepeerToken.sol";
import {IMinter} from "interfaces/IMinter.sol";
import {BillionthMath} from "contracts/shared/BillionthMath.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";
import {Manager} from "contracts/shared/Manager.sol";
import {PreciseMath} from "contracts/shared/PreciseMath.sol";

/// @title Mint and vault; what each function promises stands in {IMinter}
contract Minter is IMinter, Manager {
    /// @dev LPT wei, 500,000 times today's supply. Inflation has no ceiling; this is what bounds every amount of LPT,
    ///      and with it the width of the fields that others keep them in.
    uint256 private constant SUPPLY_LIMIT = type(uint104).max;

    // Slot 0: [ controller 160 | inflation 96 ], the controller in {Manager}.
    // Inflation is a share of 1e9 without ceiling: it grows by at most 1e9 < 2^30 a round, and 2^48 rounds outlast the
    // chain. A supply beyond 2^178 would be needed for the product with it to reach 2^256.
    uint96 private _inflation;
    // Slot 1, all that a reward writes: [ mintable 128 | minted 128 ], LPT wei; minted never exceeds mintable. See
    // {setCurrentRewardTokens}.
    uint128 private _mintable;
    uint128 private _minted;
    // Slot 2, shares of 1e9: [ inflationChange 32 | targetBondingRate 32 | free 192 ]
    uint32 private _inflationChange;
    uint32 private _targetBondingRate;

    constructor(
        IController controller_,
        uint256 inflation_,
        uint256 inflationChange_,
        uint256 targetBondingRate_
    ) Manager(controller_) {
        _inflation = _toShare(inflation_);
        _inflationChange = _toShare(inflationChange_);
        _targetBondingRate = _toShare(targetBondingRate_);
    }

    function setTargetBondingRate(uint256 newTargetBondingRate) external onlyControllerOwner {
        _targetBondingRate = _toShare(newTargetBondingRate);

        emit ParameterUpdate("targetBondingRate");
    }

    function setInflationChange(uint256 newInflationChange) external onlyControllerOwner {
        _inflationChange = _toShare(newInflationChange);

        emit ParameterUpdate("inflationChange");
    }

    function migrateToNewMinter(IMinter newMinter) external onlyControllerOwner {
        require(address(newMinter) != address(this), NewMinterIsCurrent());
        require(address(newMinter) != address(0), NewMinterZeroAddress());
        IController theirs = newMinter.getController();
        require(theirs == controller, NewMinterForeignController(address(controller), address(theirs)));
        address registered = _lookUp(ContractIds.MINTER);
        require(registered == address(this), MinterNotRegistered(registered));

        IERC20 token = IERC20(_lookUpKnown(ContractIds.LIVEPEER_TOKEN));
        token.transfer(address(newMinter), token.balanceOf(address(this)));
        newMinter.depositETH{value: address(this).balance}();
    }

    function createReward(uint256 fracNum, uint256 fracDenom) external returns (uint256 minted) {
        return _createReward(_tokenFor(ContractIds.BONDING_MANAGER), fracNum, fracDenom);
    }

    function createRewardWithCut(
        uint256 fracNum,
        uint256 fracDenom,
        uint256 cutRate,
        address cutReceiver
    ) external returns (uint256 rewards, uint256 cut) {
        address token = _tokenFor(ContractIds.BONDING_MANAGER);
        uint256 minted = _createReward(token, fracNum, fracDenom);
        cut = PreciseMath.portion(minted, cutRate);
        rewards = minted - cut;

        if (cut > 0) IERC20(token).transfer(cutReceiver, cut);
    }

    function trustedTransferTokens(address to, uint256 amount) external {
        IERC20(_tokenFor(ContractIds.BONDING_MANAGER)).transfer(to, amount);
    }

    function trustedBurnTokens(uint256 amount) external {
        ILivepeerToken(_tokenFor(ContractIds.BONDING_MANAGER)).burn(amount);
    }

    function trustedWithdrawETH(address payable to, uint256 amount) external {
        (address bonding, bool paused) = controller.getContractAndPause(ContractIds.BONDING_MANAGER);
        require(
            msg.sender == bonding || msg.sender == _lookUp(ContractIds.JOBS_MANAGER),
            CallerNotBondingManagerOrTicketBroker(msg.sender)
        );
        require(!paused, SystemPaused());

        require(LowLevelCall.callNoReturn(to, amount, ""), EthTransferFailed(to, amount));
    }

    function depositETH() external payable returns (bool accepted) {
        require(
            msg.sender == _lookUp(ContractIds.JOBS_MANAGER) || msg.sender == _lookUp(ContractIds.MINTER),
            CallerNotMinterOrTicketBroker(msg.sender)
        );
        return true;
    }

    /// @dev The budget takes the supply to {SUPPLY_LIMIT} at most. Nothing reverts there: nothing is minted any more,
    ///      but rounds still begin, and with them everybody's way out.
    function setCurrentRewardTokens() external {
        address token = _tokenFor(ContractIds.ROUNDS_MANAGER);
        (address bonding, address cache,) =
            controller.getContractsAndPause(ContractIds.BONDING_MANAGER, ContractIds.L2_LPT_DATA_CACHE);
        require(bonding != address(0), ContractNotRegistered(ContractIds.BONDING_MANAGER));
        uint256 supply = _globalTotalSupply(token, cache);
        uint256 newInflation = _nextInflation(IBondingManager(bonding).getTotalBonded(), supply);
        uint256 room = Math.saturatingSub(SUPPLY_LIMIT, supply);
        uint256 mintable = Math.min(BillionthMath.portion(supply, newInflation), room);

        _inflation = uint96(newInflation);
        (_mintable, _minted) = (uint128(mintable), 0);

        emit SetCurrentRewardTokens(mintable, newInflation);
    }

    function inflation() external view returns (uint256) {
        return _inflation;
    }

    function inflationChange() external view returns (uint256) {
        return _inflationChange;
    }

    function targetBondingRate() external view returns (uint256) {
        return _targetBondingRate;
    }

    function currentMintableTokens() external view returns (uint256) {
        return _mintable;
    }

    function currentMintedTokens() external view returns (uint256) {
        return _minted;
    }

    function getController() external view returns (IController) {
        return controller;
    }

    function getGlobalTotalSupply() external view returns (uint256) {
        return _globalTotalSupply(_lookUpKnown(ContractIds.LIVEPEER_TOKEN), _lookUp(ContractIds.L2_LPT_DATA_CACHE));
    }

    /// @dev The token, for the contract registered under `callerId` only, and not while the system is paused.
    function _tokenFor(bytes32 callerId) private view returns (address) {
        (address allowed, address token, bool paused) =
            controller.getContractsAndPause(callerId, ContractIds.LIVEPEER_TOKEN);
        require(msg.sender == allowed, CallerNotContract(msg.sender, callerId));
        require(!paused, SystemPaused());
        require(token != address(0), ContractNotRegistered(ContractIds.LIVEPEER_TOKEN));
        return token;
    }

    function _createReward(address token, uint256 fracNum, uint256 fracDenom) private returns (uint256 minted) {
        (uint256 mintable, uint256 mintedSoFar) = (_mintable, _minted);
        minted = BillionthMath.portion(mintable, fracNum, fracDenom);
        mintedSoFar += minted;
        require(mintedSoFar <= mintable, MintedExceedsMintable(mintedSoFar, mintable));

        _minted = uint128(mintedSoFar); // safe cast: not above mintable

        ILivepeerToken(token).mint(address(this), minted);
    }

    /// @dev `cache` is zero where there is no bridge, and with it no LPT on L1.
    function _globalTotalSupply(address token, address cache) private view returns (uint256 supply) {
        supply = IERC20(token).totalSupply();
        if (cache != address(0)) supply += IL2LPTDataCache(cache).l1CirculatingSupply();
    }

    /// @dev One step towards the target bonding rate: more inflation while too little is bonded, less while too much.
    function _nextInflation(uint256 bonded, uint256 supply) private view returns (uint256) {
        uint256 bondingRate = supply == 0 ? 0 : BillionthMath.ratio(bonded, supply);
        uint256 target = _targetBondingRate;

        if (bondingRate < target) return uint256(_inflation) + _inflationChange;
        if (bondingRate > target) return Math.saturatingSub(_inflation, _inflationChange);
        return _inflation;
    }

    function _toShare(uint256 value) private pure returns (uint32) {
        BillionthMath.check(value);
        return uint32(value); // safe cast: 1e9 < 2^30
    }
}
