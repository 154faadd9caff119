// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

// Samples by which the rules are tested: a line after `ruleid:` must be found by that rule, one after `ok:` must not.
// Nobody compiles them.

contract Samples {
    modifier writes() {
        // ruleid: modifier-writes
        entered = true;
        _;
    }

    modifier checks() {
        // ok: modifier-writes
        require(entered == true, NotEntered());
        _;
    }

    function shares(uint256 amount) internal view returns (uint256) {
        // ruleid: mixed-share-scales
        uint256 a = MillionthMath.portion(amount, treasuryRewardCutRate);
        // ruleid: mixed-share-scales
        uint256 b = PreciseMath.portion(amount, t.feeShare);
        // ruleid: mixed-share-scales
        uint256 c = BillionthMath.portion(amount, rewardCut);
        // ok: mixed-share-scales
        uint256 d = PreciseMath.portion(amount, _treasuryRewardCutRate);
        // ok: mixed-share-scales
        uint256 e = MillionthMath.portion(amount, r.feeShare);
        // ok: mixed-share-scales
        uint256 f = BillionthMath.portion(supply, newInflation);
        // ruleid: bare-scale
        uint256 g = amount * share / 1e6;
        // ruleid: bare-scale
        uint256 h = share * 1e27;
        // ok: bare-scale
        return MillionthMath.portion(amount, share) + a + b + c + d + e + f + g + h;
    }

    function who() internal view returns (bool) {
        // ruleid: tx-origin
        require(tx.origin == owner, NotOwner());
        // ok: tx-origin
        return msg.sender == owner;
    }

    function signer(bytes32 digest, uint8 v, bytes32 r, bytes32 s) internal pure returns (address) {
        // ruleid: ecrecover-by-hand
        address one = ecrecover(digest, v, r, s);
        // ok: ecrecover-by-hand
        address two = ECDSA.recover(digest, v, r, s);
        return one == two ? one : two;
    }

    function hashes(string memory a, string memory b) internal pure returns (bytes32) {
        // ruleid: encode-packed-of-dynamic-parts
        bytes32 one = keccak256(abi.encodePacked(bytes(a), bytes(b)));
        // ok: encode-packed-of-dynamic-parts
        bytes32 two = keccak256(abi.encode(bytes(a), bytes(b)));
        // ok: encode-packed-of-dynamic-parts
        return keccak256(abi.encodePacked(one, two, bytes(a)));
    }

    function runs(address target, bytes memory data) internal {
        // ruleid: delegatecall
        target.delegatecall(data);
        // ok: delegatecall
        target.call(data);
    }

    function pays(address to, uint256 amount) internal {
        // ruleid: ether-by-transfer-or-send
        payable(to).transfer(amount);
        // ok: ether-by-transfer-or-send
        token.transfer(to, amount);
    }

    function clocks() internal view returns (uint256) {
        // ruleid: block-timestamp
        uint256 a = block.timestamp;
        // ruleid: block-prevrandao
        uint256 b = block.prevrandao;
        // ok: block-timestamp
        bytes32 c = blockhash(block.number - 1);
        // ok: block-prevrandao
        return block.number + a + b + uint256(c);
    }

    function loops() internal {
        // ruleid: unbounded-push-loop
        for (uint256 i = 0; i < _voters.length; ++i) {
            count(_voters[i]);
        }
        // ok: unbounded-push-loop
        for (uint256 i = 0; i < tickets.length; ++i) {
            count(tickets[i]);
        }
    }

    function fails() internal view {
        // ruleid: require-with-text
        require(open, "closed");
        // ok: require-with-text
        require(open, Closed());
    }

    function withdraws() internal {
        Account storage account = accounts[msg.sender];
        // ruleid: state-after-ether
        minter.trustedWithdrawETH(msg.sender, account.deposit);
        account.deposit = 0;
    }

    function withdrawsInOrder() internal {
        Account storage account = accounts[msg.sender];
        account.deposit = 0;
        // ok: state-after-ether
        minter.trustedWithdrawETH(msg.sender, amount);
    }

    function casts(uint256 amount) internal {
        // ruleid: narrowing-cast
        account.deposit = uint96(amount);
        // ok: narrowing-cast
        account.deposit = amount.toUint96();
        // ok: narrowing-cast
        wide = uint256(account.deposit);
    }

    // ruleid: entry-point-without-pause
    function anybody(uint256 amount) external {
        balance[msg.sender] += amount;
        emit Added(msg.sender, amount);
    }

    // ok: entry-point-without-pause
    function openOnly(uint256 amount) external whenSystemNotPaused {
        balance[msg.sender] += amount;
        emit Added(msg.sender, amount);
    }

    // ok: entry-point-without-pause
    function openByLookUp(uint256 amount) external {
        IMinter minter = IMinter(_lookUpOpen(ContractIds.MINTER));
        balance[msg.sender] += amount;
        emit Added(msg.sender, amount);
    }

    // ok: entry-point-without-pause
    function looks(uint256 amount) external view returns (uint256) {
        return amount;
    }
}
