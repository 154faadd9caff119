// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IBondingManager} from "interfaces/IBondingManager.sol";
import {IBondingVotes} from "interfaces/IBondingVotes.sol";
import {IController} from "interfaces/IController.sol";
import {IRoundsManager} from "interfaces/IRoundsManager.sol";
import {ContractIds} from "contracts/shared/ContractIds.sol";
import {ManagerProxyTarget} from "contracts/shared/ManagerProxyTarget.sol";
import {PreciseMath} from "contracts/shared/PreciseMath.sol";
import {RoundHistory} from "contracts/shared/RoundHistory.sol";

/// @title Stake as voting power; what each function promises stands in {IBondingVotes}
/// @dev What an account has bonded and what is bonded to it change at different times, so each has a history of its
///      own, with a word for each round that changed it:
///        bond   [ bondedAmount 128 | lastClaimRound 32 | delegate id 32 | (history) 64 ]
///        stake  [ delegatedAmount 128 | lastRewardRound 32 | own id 32 | (history) 64 ]
///      `stake` is written only while the account is an orchestrator, and means nothing at other times. Delegates have
///      numbers, so that one fits beside the amount that is bonded to it. An account gets its number when the first
///      other one bonds to it.
///
///      Widths: amounts and rounds as in {BondingStorage}. Bonding to somebody for the first time costs more than
///      150,000 gas; using up 2^32 numbers that way would take all that Arbitrum One can do for almost three years.
contract BondingVotes is IBondingVotes, ManagerProxyTarget {
    using RoundHistory for RoundHistory.Data;
    using SafeCast for uint256;

    /// @dev Number that stands for "bonded to itself" in every account. Zero stands for nobody.
    uint256 private constant SELF = type(uint32).max;

    uint256 private constant MASK_32 = type(uint32).max;
    uint256 private constant ROUND_SHIFT = 32;
    uint256 private constant AMOUNT_SHIFT = 64;

    struct Account {
        RoundHistory.Data bond;
        RoundHistory.Data stake;
    }

    // Slot 0: [ controller 160 | lastRound 32 | gapCount 32 | delegateCount 32 ]. lastRound is the last whose active
    // stake is recorded. A gap is a stretch of rounds that nobody initialised: [ round before 32 | round after 32 ].
    // What comes before the first round that was ever recorded is the first gap.
    uint32 private _lastRound;
    uint32 private _gapCount;
    uint32 private _delegateCount;
    mapping(address => Account) private _accounts; // 1
    mapping(uint256 id => address) private _delegates; // 2
    mapping(uint256 pairOfRounds => uint128[2]) private _activeStakes; // 3
    mapping(uint256 fourGaps => uint64[4]) private _gaps; // 4

    modifier onlyBondingManager() {
        _checkBondingManager();
        _;
    }

    constructor(IController controller_) ManagerProxyTarget(controller_) {}

    function checkpointBondingState(
        address account,
        uint256 startRound,
        uint256 bondedAmount,
        address delegateAddress,
        uint256 delegatedAmount,
        uint256 lastClaimRound,
        uint256 lastRewardRound
    ) external onlyBondingManager {
        _checkStartRound(startRound);
        require(lastClaimRound < startRound, FutureLastClaimRound(lastClaimRound, startRound - 1));
        Account storage history = _accounts[account];
        uint256 previous = history.bond.latest();

        uint256 id = _idFor(account, delegateAddress);
        if (id != previous & MASK_32) emit DelegateChanged(account, _delegateOf(account, previous), delegateAddress);

        uint256 bond = _pack(bondedAmount, lastClaimRound, id);
        _recordStake(account, startRound, _votesOfAll(previous), _votesOfAll(bond), delegatedAmount, lastRewardRound);
        _recordBond(account, history.bond, startRound, previous, bond);
    }

    function checkpointTotalActiveStake(uint256 totalStake, uint256 round) external onlyBondingManager {
        uint256 current = clock();
        require(round == current, InvalidTotalStakeCheckpointRound(round, current));
        uint256 last = _lastRound;
        require(round >= last, DecreasingValues(round, last));

        if (last == 0 || round > last + 1) _addGap(last, round.toUint32());
        _lastRound = round.toUint32();
        _activeStakes[round / 2][round % 2] = totalStake.toUint128();
    }

    function delegate(address) external pure {
        revert MustCallBondingManager("bond");
    }

    function delegateBySig(address, uint256, uint256, uint8, bytes32, bytes32) external pure {
        revert MustCallBondingManager("bondFor");
    }

    function name() external pure returns (string memory) {
        return "Livepeer Voting Power";
    }

    function symbol() external pure returns (string memory) {
        return "vLPT";
    }

    function decimals() external pure returns (uint8) {
        return 18;
    }

    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=livepeer_round";
    }

    function getVotes(address account) external view returns (uint256 votes) {
        (votes, ) = getVotesAndDelegateAtRoundStart(account, uint256(clock()) + 1);
    }

    function getPastVotes(address account, uint256 round) external view returns (uint256 votes) {
        _checkPast(round);
        (votes, ) = getVotesAndDelegateAtRoundStart(account, round + 1);
    }

    function totalSupply() external view returns (uint256) {
        return getTotalActiveStakeAt(uint256(clock()) + 1);
    }

    function getPastTotalSupply(uint256 round) external view returns (uint256) {
        _checkPast(round);
        return getTotalActiveStakeAt(round + 1);
    }

    function delegates(address account) external view returns (address) {
        return _delegateOf(account, _accounts[account].bond.latest());
    }

    function delegatedAt(address account, uint256 round) external view returns (address) {
        _checkPast(round);
        return _delegateOf(account, _accounts[account].bond.at(round + 1));
    }

    function hasCheckpoint(address account) external view returns (bool) {
        return !_accounts[account].bond.isEmpty();
    }

    function clock() public view returns (uint48) {
        return IRoundsManager(_lookUp(ContractIds.ROUNDS_MANAGER)).currentRound().toUint48();
    }

    function getTotalActiveStakeAt(uint256 round) public view virtual returns (uint256) {
        _checkKnown(round);
        uint256 last = _lastRound;
        if (last == 0) return 0;
        if (round > last) return _bondingManager().nextRoundTotalActiveStake();

        uint256 recorded = _firstRecordedFrom(round);
        return recorded == 0 ? 0 : _activeStakes[recorded / 2][recorded % 2];
    }

    function getVotesAndDelegateAtRoundStart(
        address account,
        uint256 round
    ) public view virtual returns (uint256 votes, address delegateAddress) {
        _checkKnown(round);
        uint256 bond = _accounts[account].bond.at(round);
        delegateAddress = _delegateOf(account, bond);

        if (_amount(bond) == 0) votes = 0;
        else if (_votesOfAll(bond)) votes = _amount(_accounts[account].stake.at(round));
        else votes = _delegatorVotes(bond, delegateAddress, round);
    }

    /// @dev Writes down what is bonded to an account, if it is an orchestrator, and tells how its vote changes.
    function _recordStake(
        address account,
        uint256 startRound,
        bool wasTranscoder,
        bool isTranscoder,
        uint256 delegatedAmount,
        uint256 lastRewardRound
    ) private {
        if (!wasTranscoder && !isTranscoder) return;
        RoundHistory.Data storage history = _accounts[account].stake;
        uint256 previous = history.latest();
        uint256 votesBefore = wasTranscoder ? _amount(previous) : 0;
        uint256 votes = isTranscoder ? delegatedAmount : 0;

        if (votes != votesBefore) emit DelegateVotesChanged(account, votesBefore, votes);

        if (isTranscoder) {
            uint256 stake = _pack(delegatedAmount, lastRewardRound, previous & MASK_32);
            if (stake != previous) history.record(startRound.toUint32(), uint192(stake));
        }
    }

    /// @dev Writes down what an account has bonded. The first time in any case: see {hasCheckpoint}.
    function _recordBond(
        address account,
        RoundHistory.Data storage history,
        uint256 startRound,
        uint256 previous,
        uint256 bond
    ) private {
        if (bond == previous && !history.isEmpty()) return;
        history.record(startRound.toUint32(), uint192(bond));

        if (bond >> ROUND_SHIFT != previous >> ROUND_SHIFT) {
            emit DelegatorBondedAmountChanged(account, _amount(previous), _at(previous), _amount(bond), _at(bond));
        }
    }

    function _addGap(uint256 before, uint256 end) private {
        uint256 index = _gapCount++;
        _gaps[index / 4][index % 4] = uint64((before << ROUND_SHIFT) | end);
    }

    /// @dev What an account's bond says about its delegate; a delegate that has no number yet gets one.
    function _idFor(address account, address delegateAddress) private returns (uint256 id) {
        if (delegateAddress == address(0)) return 0;
        if (delegateAddress == account) return SELF;
        RoundHistory.Data storage history = _accounts[delegateAddress].stake;
        uint256 stake = history.latest();
        id = stake & MASK_32;

        if (id == 0) {
            id = ++_delegateCount;
            _delegates[id] = delegateAddress;
            history.amend(uint192(stake | id));
        }
    }

    /// @dev A round that follows on one whose active stake is recorded is the next one: the clock was asked then, and
    ///      the BondingManager works in no round before its active stake is recorded. Otherwise the clock is asked now.
    function _checkStartRound(uint256 startRound) private view {
        uint256 last = _lastRound;
        if (last != 0 && startRound == last + 1) return;
        uint256 next = uint256(clock()) + 1;
        require(startRound == next, InvalidStartRound(startRound, next));
    }

    /// @dev What a delegator's bond had grown to at the start of `round`. Fees do not count.
    function _delegatorVotes(uint256 bond, address transcoder, uint256 round) private view returns (uint256) {
        if (!_votesOfAll(_accounts[transcoder].bond.at(round))) return 0;

        uint256 rewardRound = _at(_accounts[transcoder].stake.at(round));
        uint256 endFactor = rewardRound == 0 ? 0 : _rewardFactor(transcoder, rewardRound);
        require(rewardRound == 0 || endFactor != 0, MissingEarningsPool(transcoder, rewardRound));
        if (rewardRound < _at(bond)) return _amount(bond);

        uint256 startFactor = _rewardFactor(transcoder, _at(bond));
        return PreciseMath.portion(_amount(bond), _orOne(endFactor), _orOne(startFactor));
    }

    function _rewardFactor(address transcoder, uint256 round) private view returns (uint256 factor) {
        (, , , factor, ) = _bondingManager().getTranscoderEarningsPoolForRound(transcoder, round);
    }

    /// @dev The first round from `round` on whose active stake is recorded, zero if `round` comes before all that are.
    ///      It must not come after them.
    function _firstRecordedFrom(uint256 round) private view returns (uint256) {
        // Gaps from `high` on end after `round`, those before `low` do not.
        uint256 count = _gapCount;
        (uint256 low, uint256 high) = (0, count);
        while (low < high) {
            uint256 middle = (low + high) / 2;
            (, uint256 end) = _gap(middle);
            if (end > round) high = middle;
            else low = middle + 1;
        }
        if (low == 0) return 0;
        if (low == count) return round;
        (uint256 before, uint256 end) = _gap(low);
        return before < round ? end : round;
    }

    function _gap(uint256 index) private view returns (uint256 before, uint256 end) {
        uint256 gap = _gaps[index / 4][index % 4];
        return (gap >> ROUND_SHIFT, gap & MASK_32);
    }

    function _checkBondingManager() private view {
        address required = _lookUp(ContractIds.BONDING_MANAGER);
        require(msg.sender == required, InvalidCaller(msg.sender, required));
    }

    /// @dev Rounds can be asked for up to the next one.
    function _checkKnown(uint256 round) private view {
        uint256 next = uint256(clock()) + 1;
        require(round <= next, FutureLookup(round, next));
    }

    /// @dev The current round and those to come are not over.
    function _checkPast(uint256 round) private view {
        uint256 current = clock();
        require(round < current, FutureLookup(round, current == 0 ? 0 : current - 1));
    }

    function _bondingManager() private view returns (IBondingManager) {
        return IBondingManager(_lookUp(ContractIds.BONDING_MANAGER));
    }

    /// @dev Whom the account with this bond is bonded to.
    function _delegateOf(address account, uint256 bond) private view returns (address) {
        uint256 id = bond & MASK_32;
        if (id == 0) return address(0);
        return id == SELF ? account : _delegates[id];
    }

    /// @dev Whether this is the bond of an orchestrator, which votes with all stake that is bonded to it.
    function _votesOfAll(uint256 bond) private pure returns (bool) {
        return bond & MASK_32 == SELF && _amount(bond) != 0;
    }

    function _pack(uint256 amount, uint256 round, uint256 id) private pure returns (uint256) {
        return (uint256(amount.toUint128()) << AMOUNT_SHIFT) | (uint256(round.toUint32()) << ROUND_SHIFT) | id;
    }

    function _amount(uint256 packed) private pure returns (uint256) {
        return packed >> AMOUNT_SHIFT;
    }

    /// @dev The round of a bond's last claim, or of a stake's last reward.
    function _at(uint256 packed) private pure returns (uint256) {
        return (packed >> ROUND_SHIFT) & MASK_32;
    }

    /// @dev A unit of stake that has not grown yet is one.
    function _orOne(uint256 factor) private pure returns (uint256) {
        return factor == 0 ? PreciseMath.ONE : factor;
    }
}
