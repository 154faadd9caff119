// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EarningsRounds} from "contracts/bonding/EarningsRounds.sol";

/// @title The records of one orchestrator's rounds
contract HarnessEarningsRounds {
    using EarningsRounds for EarningsRounds.Data;

    EarningsRounds.Data private _rounds;

    function store(uint256 number, EarningsRounds.Round calldata round) external {
        _rounds.store(number, round);
    }

    function storeStake(uint256 number, uint256 stake) external {
        _rounds.storeStake(number, stake);
    }

    function setFeeFactor(uint256 number, uint256 factor) external {
        _rounds.feeFactors[number] = factor;
    }

    /// @notice Stores, reads back, and answers whether all is as it was given; state stays as it was.
    function holds(uint256 number, EarningsRounds.Round calldata round) external returns (bool) {
        _rounds.store(number, round);
        EarningsRounds.Round memory read = _rounds.load(number);
        return keccak256(abi.encode(read)) == keccak256(abi.encode(round));
    }

    function load(uint256 number) external view returns (EarningsRounds.Round memory) {
        return _rounds.load(number);
    }

    function factors(uint256 number) external view returns (uint256 reward, uint256 fees) {
        return (_rounds.rewardFactor(number), _rounds.feeFactor(number));
    }

    function isWide(uint256 number) external view returns (bool) {
        return _rounds.wides[number].reward != 0 || _rounds.wides[number].stake != 0;
    }
}
