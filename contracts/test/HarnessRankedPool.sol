// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RankedPool} from "contracts/shared/RankedPool.sol";

/// @title The ranking alone, driven by addresses and in batches
/// @dev Where it looks for a member first is anywhere, since that must not matter.
contract HarnessRankedPool {
    using RankedPool for RankedPool.Data;

    uint256 private constant WORDS = 21; // more than the members of any test take up

    enum Action {
        Insert,
        Update,
        Remove
    }

    struct Step {
        Action action;
        address account;
        uint256 stake;
        address prev;
        address next;
    }

    RankedPool.Data private _pool;
    mapping(address account => uint256 id) private _ids;

    constructor(uint16 maxSize) {
        _pool.grow(maxSize);
    }

    /// @notice Takes the steps one after the other; answers with a digest of the order after each of them.
    function run(Step[] calldata steps) external returns (bytes32[] memory digests) {
        digests = new bytes32[](steps.length);
        for (uint256 i = 0; i < steps.length; ++i) {
            _take(steps[i]);
            digests[i] = keccak256(abi.encode(order()));
        }
    }

    function step(Step calldata one) external {
        _take(one);
    }

    function order() public view returns (address[] memory accounts) {
        accounts = new address[](_pool.size);
        address account = _pool.first();
        for (uint256 i = 0; i < accounts.length; ++i) {
            accounts[i] = account;
            account = _pool.next(_ids[account], i % WORDS);
        }
        assert(account == address(0));
        assert(accounts.length == 0 || _pool.last() == accounts[accounts.length - 1]);
    }

    function isFull() external view returns (bool) {
        return _pool.isFull();
    }

    function _take(Step calldata one) private {
        if (one.action == Action.Insert) {
            (_ids[one.account], ) = _pool.insert(one.account, one.stake, _hint(one.prev), _hint(one.next));
        } else if (one.action == Action.Update) {
            _pool.update(_ids[one.account], one.stake, _hint(one.prev), _hint(one.next), one.stake % WORDS);
        } else {
            _pool.remove(_ids[one.account], one.stake % WORDS);
            delete _ids[one.account];
        }
    }

    function _hint(address account) private view returns (uint256) {
        if (account == address(0)) return RankedPool.NONE;
        return _ids[account] == 0 ? RankedPool.ABSENT : _ids[account];
    }
}
