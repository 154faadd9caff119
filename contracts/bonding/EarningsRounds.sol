// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What is recorded of an orchestrator's rounds (LIP-36), a word for each
/// @dev A round that earned nothing itself does not copy the factors of earlier ones, it names the rounds that have
///      them. A word holds, from its lowest bit:
///        [ stake 88 | reward 96 | fees 16 | rewardCut 24 | feeShare 24 | wide 8 ]
///        - reward: the round's own cumulative reward factor, which is never below 1e27, or a smaller number: the round
///          whose factor holds; zero if there is none;
///        - fees: how many rounds back the round is whose cumulative fee factor holds, plus one; zero if there is none.
///          Fee factors have words of their own.
///      What does not fit (300 million LPT, a factor of 79, 65,534 rounds back) makes the round wide: then these three
///      stand at full width in two more words. Nothing is cut and nothing reverts; it only costs more.
library EarningsRounds {
    uint256 private constant STAKE_BITS = 88;
    uint256 private constant REWARD_BITS = 96;
    uint256 private constant FEES_BITS = 16;

    uint256 private constant FEES_SHIFT = STAKE_BITS + REWARD_BITS;
    uint256 private constant CUT_SHIFT = FEES_SHIFT + FEES_BITS;
    uint256 private constant SHARE_SHIFT = CUT_SHIFT + 24;
    uint256 private constant WIDE_SHIFT = SHARE_SHIFT + 24;

    uint256 private constant STAKE_MASK = (1 << STAKE_BITS) - 1;
    uint256 private constant REWARD_MASK = (1 << REWARD_BITS) - 1;
    uint256 private constant FEES_MASK = (1 << FEES_BITS) - 1;
    uint256 private constant RATE_MASK = (1 << 24) - 1;

    /// @dev Rounds have 32 bits; no factor is that small.
    uint256 private constant ROUNDS_END = 1 << 32;

    struct Data {
        mapping(uint256 round => uint256) words;
        mapping(uint256 round => Wide) wides;
        mapping(uint256 round => uint256) feeFactors;
    }

    struct Wide {
        uint128 stake;
        uint32 feeRound;
        // next word
        uint256 reward;
    }

    /// @dev A round in memory.
    struct Round {
        uint256 stake; // LPT wei that rewards and fees are shared over
        uint256 reward; // own reward factor, or the number of the round whose factor holds; 0: none
        uint256 feeRound; // round whose fee factor holds; 0: none
        uint256 rewardCut;
        uint256 feeShare;
    }

    function load(Data storage self, uint256 number) internal view returns (Round memory round) {
        uint256 word = self.words[number];
        round.rewardCut = (word >> CUT_SHIFT) & RATE_MASK;
        round.feeShare = (word >> SHARE_SHIFT) & RATE_MASK;
        if (_isWide(word)) {
            Wide storage wide = self.wides[number];
            (round.stake, round.reward, round.feeRound) = (wide.stake, wide.reward, wide.feeRound);
        } else {
            (round.stake, round.reward) = (word & STAKE_MASK, _narrowReward(word));
            round.feeRound = _narrowFeeRound(word, number);
        }
    }

    function store(Data storage self, uint256 number, Round memory round) internal {
        unchecked {
            uint256 fees = round.feeRound == 0 ? 0 : number - round.feeRound + 1;
            uint256 word = (round.rewardCut << CUT_SHIFT) | (round.feeShare << SHARE_SHIFT);
            if (round.stake > STAKE_MASK || round.reward > REWARD_MASK || fees > FEES_MASK) {
                word |= 1 << WIDE_SHIFT;
                // safe casts: amounts have 104 bits, rounds 32
                self.wides[number] = Wide(uint128(round.stake), uint32(round.feeRound), round.reward);
            } else {
                word |= round.stake | (round.reward << STAKE_BITS) | (fees << FEES_SHIFT);
            }
            self.words[number] = word;
        }
    }

    /// @dev Writes a round's stake down and leaves the rest.
    function storeStake(Data storage self, uint256 number, uint256 stake) internal {
        Round memory round = load(self, number);
        if (round.stake == stake) return;
        round.stake = stake;
        store(self, number, round);
    }

    /// @dev Cumulative reward factor that holds in a round; zero if none is recorded.
    function rewardFactor(Data storage self, uint256 number) internal view returns (uint256 factor) {
        factor = _reward(self, number);
        if (factor != 0 && factor < ROUNDS_END) factor = _reward(self, factor);
    }

    /// @dev Cumulative fee factor that holds in a round; zero if none is recorded.
    function feeFactor(Data storage self, uint256 number) internal view returns (uint256) {
        uint256 word = self.words[number];
        return self.feeFactors[_isWide(word) ? self.wides[number].feeRound : _narrowFeeRound(word, number)];
    }

    function _reward(Data storage self, uint256 number) private view returns (uint256) {
        uint256 word = self.words[number];
        return _isWide(word) ? self.wides[number].reward : _narrowReward(word);
    }

    function _narrowReward(uint256 word) private pure returns (uint256) {
        return (word >> STAKE_BITS) & REWARD_MASK;
    }

    function _narrowFeeRound(uint256 word, uint256 number) private pure returns (uint256) {
        unchecked {
            uint256 fees = (word >> FEES_SHIFT) & FEES_MASK;
            return fees == 0 ? 0 : number + 1 - fees;
        }
    }

    function _isWide(uint256 word) private pure returns (bool) {
        return word >> WIDE_SHIFT != 0;
    }
}
