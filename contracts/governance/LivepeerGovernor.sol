// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {GovernorUpgradeable} from "@openzeppelin/contracts-upgradeable/governance/GovernorUpgradeable.sol";
import {TimelockControllerUpgradeable} from
    "@openzeppelin/contracts-upgradeable/governance/TimelockControllerUpgradeable.sol";
import {GovernorSettingsUpgradeable} from
    "@openzeppelin/contracts-upgradeable/governance/extensions/GovernorSettingsUpgradeable.sol";
import {GovernorTimelockControlUpgradeable} from
    "@openzeppelin/contracts-upgradeable/governance/extensions/GovernorTimelockControlUpgradeable.sol";
import {GovernorVotesQuorumFractionUpgradeable} from
    "@openzeppelin/contracts-upgradeable/governance/extensions/GovernorVotesQuorumFractionUpgradeable.sol";
import {IController} from "interfaces/IController.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";
import {ManagerProxyTarget} from "contracts/shared/ManagerProxyTarget.sol";
import {MillionthMath} from "contracts/shared/MillionthMath.sol";
import {OverridableCounting} from "./OverridableCounting.sol";

/// @title Proposals that stake votes on; what each function promises stands in {ILivepeerGovernor}
/// @dev Slot 0: see {ManagerProxyTarget}. 1 tallies, 2 quota ({OverridableCounting}), 3 the token.
///      OpenZeppelin's parts keep theirs in namespaces (ERC-7201).
contract LivepeerGovernor is
    ManagerProxyTarget,
    OverridableCounting,
    GovernorSettingsUpgradeable,
    GovernorTimelockControlUpgradeable,
    GovernorVotesQuorumFractionUpgradeable
{
    // What wallets sign for the published castVoteBySig; BALLOT_TYPEHASH is that of OpenZeppelin's present one.
    bytes32 private constant _BALLOT = keccak256("Ballot(uint256 proposalId,uint8 support)");
    bytes32 private constant _EXTENDED_BALLOT =
        keccak256("ExtendedBallot(uint256 proposalId,uint8 support,string reason,bytes params)");

    IERC5805 private _token; // as registered when it was last looked up

    constructor(IController controller_) ManagerProxyTarget(controller_) {
        _disableInitializers();
    }

    function initialize(
        uint256 initialVotingDelay,
        uint256 initialVotingPeriod,
        uint256 initialProposalThreshold,
        uint256 initialQuorum,
        uint256 initialQuota
    ) external onlyControllerOwner initializer {
        __Governor_init("LivepeerGovernor");
        __GovernorSettings_init(
            SafeCast.toUint48(initialVotingDelay),
            SafeCast.toUint32(initialVotingPeriod),
            initialProposalThreshold
        );
        __GovernorTimelockControl_init(TimelockControllerUpgradeable(payable(_lookUp(ContractIds.TREASURY))));
        bumpGovernorVotesTokenAddress();
        __GovernorVotesQuorumFraction_init(initialQuorum);
        _setQuota(initialQuota);
    }

    function castVoteBySig(
        uint256 proposalId,
        uint8 support,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256) {
        bytes32 ballot = keccak256(abi.encode(_BALLOT, proposalId, support));
        return _castVote(proposalId, ECDSA.recover(_hashTypedDataV4(ballot), v, r, s), support, "");
    }

    function castVoteWithReasonAndParamsBySig(
        uint256 proposalId,
        uint8 support,
        string calldata reason,
        bytes calldata params,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256) {
        bytes memory fields = abi.encode(
            _EXTENDED_BALLOT,
            proposalId,
            support,
            keccak256(bytes(reason)),
            keccak256(params)
        );
        address voter = ECDSA.recover(_hashTypedDataV4(keccak256(fields)), v, r, s);
        return _castVote(proposalId, voter, support, reason, params);
    }

    function setVotingDelay(uint256 newVotingDelay) external onlyGovernance {
        _setVotingDelay(SafeCast.toUint48(newVotingDelay));
    }

    function setVotingPeriod(uint256 newVotingPeriod) external onlyGovernance {
        _setVotingPeriod(SafeCast.toUint32(newVotingPeriod));
    }

    function bumpGovernorVotesTokenAddress() public {
        _token = IERC5805(votes());
    }

    function votes() public view override returns (address) {
        return _lookUp(ContractIds.BONDING_VOTES);
    }

    function token() public view override returns (IERC5805) {
        return _token;
    }

    function quorumDenominator() public view override returns (uint256) {
        return MillionthMath.ONE;
    }

    function proposalThreshold()
        public
        view
        override(GovernorUpgradeable, GovernorSettingsUpgradeable)
        returns (uint256)
    {
        return super.proposalThreshold();
    }

    function state(
        uint256 proposalId
    ) public view override(GovernorUpgradeable, GovernorTimelockControlUpgradeable) returns (ProposalState) {
        return super.state(proposalId);
    }

    function proposalNeedsQueuing(
        uint256 proposalId
    ) public view override(GovernorUpgradeable, GovernorTimelockControlUpgradeable) returns (bool) {
        return super.proposalNeedsQueuing(proposalId);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(GovernorUpgradeable, GovernorTimelockControlUpgradeable) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(GovernorUpgradeable, GovernorTimelockControlUpgradeable) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(GovernorUpgradeable, GovernorTimelockControlUpgradeable) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor()
        internal
        view
        override(GovernorUpgradeable, GovernorTimelockControlUpgradeable)
        returns (address)
    {
        return super._executor();
    }
}
