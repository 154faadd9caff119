// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title Payment by lottery ticket
/// @notice A sender locks ether here as a deposit and a reserve, then pays recipients off chain with signed tickets.
///         A ticket is worth its face value with the probability it names; a winning one is redeemed here and its
///         face value becomes fees of the recipient in the BondingManager. All ether lies in the Minter.
/// @dev Amounts are wei, probabilities shares of 2^256, periods rounds.
interface ITicketBroker {
    /// @notice A signed promise to pay.
    /// @param recipient Who is paid; must be in the active set when the ticket is redeemed.
    /// @param sender Who pays and has signed {getTicketHash} as an EIP-191 personal message.
    /// @param faceValue What the ticket pays if it wins, in wei.
    /// @param winProb Probability of winning as a share of 2^256; 0 never wins.
    /// @param senderNonce The sender's counter; tells tickets under one commitment apart.
    /// @param recipientRandHash keccak256 of the recipient's secret number as 32 bytes.
    /// @param auxData Creation round (32 bytes, big endian), then the block hash of that round (32 bytes).
    struct Ticket {
        address recipient;
        address sender;
        uint256 faceValue;
        uint256 winProb;
        uint256 senderNonce;
        bytes32 recipientRandHash;
        bytes auxData;
    }

    /// @notice A sender's account.
    /// @param deposit Wei that pay for winning tickets first.
    /// @param withdrawRound First round in which the sender can withdraw; 0 while no unlock was asked for.
    struct Sender {
        uint256 deposit;
        uint256 withdrawRound;
    }

    /// @notice A sender's reserve.
    /// @param fundsRemaining Wei left in the reserve.
    /// @param claimedInCurrentRound Wei that recipients drew from it in the current round.
    struct ReserveInfo {
        uint256 fundsRemaining;
        uint256 claimedInCurrentRound;
    }

    /// @notice What became of one ticket of a batch.
    /// @param redeemed Whether it was redeemed; if not, it can be tried again.
    /// @param amount Wei that it paid.
    /// @param reason The error that a single redemption would have reverted with, as ABI bytes; empty when redeemed.
    struct RedemptionResult {
        bool redeemed;
        uint256 amount;
        bytes reason;
    }

    /// @notice `amount` wei were added to the deposit of `sender`.
    event DepositFunded(address indexed sender, uint256 amount);

    /// @notice `amount` wei were added to the reserve of `reserveHolder`.
    event ReserveFunded(address indexed reserveHolder, uint256 amount);

    /// @notice `claimant` drew `amount` wei from the reserve of `reserveHolder`.
    event ReserveClaimed(address indexed reserveHolder, address claimant, uint256 amount);

    /// @notice A winning ticket has been used up.
    event WinningTicketRedeemed(
        address indexed sender,
        address indexed recipient,
        uint256 faceValue,
        uint256 winProb,
        uint256 senderNonce,
        uint256 recipientRand,
        bytes auxData
    );

    /// @notice A winning ticket has paid `amount` wei as fees of `recipient`; absent when it paid nothing.
    event WinningTicketTransfer(address indexed sender, address indexed recipient, uint256 amount);

    /// @notice In a batch, the ticket at `index` was not redeemed and can be tried again.
    /// @dev An addition to the published interface. Each ticket of a batch gives either this event or
    ///      {WinningTicketRedeemed}.
    /// @param reason The error that a single redemption would have reverted with, as ABI bytes.
    event WinningTicketSkipped(
        address indexed sender, address indexed recipient, bytes32 indexed ticketHash, uint256 index, bytes reason
    );

    /// @notice In round `startRound`, `sender` asked to withdraw; it can from round `endRound` on.
    event Unlock(address indexed sender, uint256 startRound, uint256 endRound);

    /// @notice `sender` took its wish to withdraw back.
    event UnlockCancelled(address indexed sender);

    /// @notice `sender` withdrew its whole deposit and reserve (wei).
    event Withdrawal(address indexed sender, uint256 deposit, uint256 reserve);

    /// @notice The ether sent along is not the sum of the parts named.
    error FundingMismatch(uint256 value, uint256 deposit, uint256 reserve);

    /// @notice The account has neither deposit nor reserve.
    error NoFunds(address sender);

    /// @notice The account has asked to withdraw before.
    error UnlockAlreadyInitiated(address sender, uint256 withdrawRound);

    /// @notice The account has not asked to withdraw.
    error NoUnlockInProgress(address sender);

    /// @notice The account can withdraw from `withdrawRound` on, not in `currentRound`.
    error AccountLocked(address sender, uint256 withdrawRound, uint256 currentRound);

    /// @notice The ticket names the null address as its recipient.
    error TicketRecipientNull();

    /// @notice The ticket names the null address as its sender.
    error TicketSenderNull();

    /// @notice auxData must be 64 bytes long.
    error TicketAuxDataLengthInvalid(uint256 length);

    /// @notice The ticket's creation round was never initialised.
    error TicketCreationRoundUnknown(uint256 creationRound);

    /// @notice The ticket names another block hash than the creation round has.
    error TicketCreationRoundHashMismatch(uint256 creationRound, bytes32 got, bytes32 expected);

    /// @notice The ticket could be redeemed before round `expirationRound` only.
    error TicketExpired(uint256 expirationRound, uint256 currentRound);

    /// @notice The number revealed is not the one committed to.
    error RecipientRandMismatch(uint256 recipientRand, bytes32 recipientRandHash);

    /// @notice The ticket has been redeemed.
    error TicketUsed(bytes32 ticketHash);

    /// @notice A signature is 65 bytes long: r, s, v.
    error SignatureLengthInvalid(uint256 length);

    /// @notice The signature is canonical, but not the sender's.
    error TicketSignerMismatch(address signer, address sender);

    /// @notice The ticket is no winner.
    error TicketNotWinning(bytes32 ticketHash);

    /// @notice The sender's unlock has run out in `withdrawRound`: it may withdraw at any time, so it cannot pay.
    error SenderUnlocked(address sender, uint256 withdrawRound, uint256 currentRound);

    /// @notice Deposit and reserve together do not cover the face value (wei).
    error FundsInsufficient(address sender, uint256 faceValue, uint256 deposit, uint256 reserve);

    /// @notice Fewer signatures or numbers than tickets.
    error BatchTooShort(uint256 tickets, uint256 signatures, uint256 recipientRands);

    /// @notice The ticket would have paid less than was asked for (wei).
    error RedemptionBelowMinimum(uint256 amount, uint256 minAmount);

    /// @notice A ticket must be valid for at least one round.
    error TicketValidityPeriodZero();

    /// @notice A period longer than can be stored.
    error PeriodTooLong(uint256 period, uint256 max);

    /// @notice Adds the ether sent to the caller's deposit. Takes the caller's unlock back, if one is under way.
    /// @dev Reverts while the system is paused.
    function fundDeposit() external payable;

    /// @notice Adds the ether sent to the caller's reserve. Takes the caller's unlock back, if one is under way.
    /// @dev Reverts while the system is paused.
    function fundReserve() external payable;

    /// @notice Adds to the caller's deposit and reserve. Takes the caller's unlock back, if one is under way.
    /// @dev Reverts while the system is paused and with {FundingMismatch}.
    /// @param depositAmount Wei for the deposit.
    /// @param reserveAmount Wei for the reserve; the ether sent must be the sum of both.
    function fundDepositAndReserve(uint256 depositAmount, uint256 reserveAmount) external payable;

    /// @notice As {fundDepositAndReserve}, for the account `addr`; an unlock of another account is left alone, or
    ///         anybody could keep it from withdrawing.
    function fundDepositAndReserveFor(address addr, uint256 depositAmount, uint256 reserveAmount) external payable;

    /// @notice Redeems a winning ticket: from the deposit, then from the reserve, into fees of the recipient.
    ///         Anyone may submit it; the number revealed makes it worthless to keep back.
    /// @dev In this order: system not paused; round initialised; {TicketRecipientNull}; {TicketSenderNull};
    ///      {TicketAuxDataLengthInvalid}; {TicketCreationRoundUnknown}; {TicketCreationRoundHashMismatch};
    ///      {TicketExpired}; {RecipientRandMismatch}; {TicketUsed}; {SignatureLengthInvalid}; OpenZeppelin's ECDSA
    ///      errors for a high s or a v other than 27 and 28; {TicketSignerMismatch}; {TicketNotWinning};
    ///      {SenderUnlocked}; {FundsInsufficient}; then the BondingManager's own when the recipient is not active.
    ///      What the deposit does not cover comes from the reserve, at most {claimableReserve} of the recipient: the
    ///      payment can be smaller than the face value.
    /// @param ticket The ticket.
    /// @param sig The sender's signature, 65 bytes r ‖ s ‖ v with low s.
    /// @param recipientRand The number whose hash the ticket carries.
    function redeemWinningTicket(Ticket calldata ticket, bytes calldata sig, uint256 recipientRand) external;

    /// @notice Redeems each ticket as {redeemWinningTicket} does; one that fails is skipped and told of in
    ///         {WinningTicketSkipped}.
    /// @dev Reverts while the system is paused or the round not initialised, and with {BatchTooShort}.
    function batchRedeemWinningTickets(
        Ticket[] calldata tickets,
        bytes[] calldata sigs,
        uint256[] calldata recipientRands
    ) external;

    /// @notice As {redeemWinningTicket}, but keeps the ticket for later where it would pay less than `minAmount`: its
    ///         recipient's share of the reserve may not cover what the deposit lacks, and grows back next round.
    /// @dev An addition to the published interface. Reverts with {RedemptionBelowMinimum} after everything else.
    /// @param minAmount Wei that must be paid; the face value, to be paid in full.
    /// @return amount Wei that were paid.
    function redeemWinningTicketForAtLeast(
        Ticket calldata ticket,
        bytes calldata sig,
        uint256 recipientRand,
        uint256 minAmount
    ) external returns (uint256 amount);

    /// @notice As {batchRedeemWinningTickets}, and says per ticket what happened.
    /// @dev An addition to the published interface; events and errors are the same.
    /// @return results One for each ticket, in their order.
    function batchRedeemWinningTicketsWithResults(
        Ticket[] calldata tickets,
        bytes[] calldata sigs,
        uint256[] calldata recipientRands
    ) external returns (RedemptionResult[] memory results);

    /// @notice Begins the caller's way to its funds: after {unlockPeriod} rounds it can {withdraw}.
    /// @dev Reverts while the system is paused, with {NoFunds} and {UnlockAlreadyInitiated}.
    function unlock() external;

    /// @notice Takes the caller's {unlock} back, also one that has run out.
    /// @dev Reverts while the system is paused and with {NoUnlockInProgress}.
    function cancelUnlock() external;

    /// @notice Pays the caller its whole deposit and reserve, once its unlock has run out. The account stays unlocked
    ///         until the caller funds it again.
    /// @dev Reverts while the system is paused, with {NoFunds}, {NoUnlockInProgress}, {AccountLocked}, and with the
    ///      Minter's error when the caller does not take the ether.
    function withdraw() external;

    /// @notice Sets how many rounds lie between {unlock} and {withdraw}; unlocks under way keep their round.
    /// @dev Controller owner only. Reverts with {PeriodTooLong} above 2^32 - 1.
    function setUnlockPeriod(uint256 unlockPeriod) external;

    /// @notice Sets for how many rounds, the creation round included, a ticket can be redeemed.
    /// @dev Controller owner only. Reverts with {TicketValidityPeriodZero}, and {PeriodTooLong} above 2^32 - 1.
    function setTicketValidityPeriod(uint256 ticketValidityPeriod) external;

    /// @notice Deposit, unlock and reserve of an account.
    function getSenderInfo(address account) external view returns (Sender memory sender, ReserveInfo memory reserve);

    /// @notice Reserve of an account.
    function getReserveInfo(address reserveHolder) external view returns (ReserveInfo memory info);

    /// @notice What `claimant` can still draw from the reserve of `reserveHolder` in this round (wei): an equal share
    ///         of the reserve at the start of the round and later additions, less what it drew.
    /// @dev 0 for a claimant outside the active set. The share's divisor is the size of the pool for the *next* round,
    ///      as clients compute it; where that differs from the active set the answer saturates at 0 and at the funds
    ///      that are left, it never reverts.
    function claimableReserve(address reserveHolder, address claimant) external view returns (uint256);

    /// @notice What `claimant` drew from the reserve of `reserveHolder` in this round (wei).
    function claimedReserve(address reserveHolder, address claimant) external view returns (uint256);

    /// @notice Whether the account has asked to withdraw; also true once it can.
    function isUnlockInProgress(address sender) external view returns (bool);

    /// @notice keccak256 of the ticket's fields, packed: what the sender signs as a personal message.
    function getTicketHash(Ticket calldata ticket) external pure returns (bytes32);

    /// @notice Whether the ticket of that hash has been redeemed.
    function usedTickets(bytes32 ticketHash) external view returns (bool);

    /// @notice Rounds between {unlock} and {withdraw}.
    function unlockPeriod() external view returns (uint256);

    /// @notice Rounds for which a ticket can be redeemed, its creation round included.
    function ticketValidityPeriod() external view returns (uint256);
}
