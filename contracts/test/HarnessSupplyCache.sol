// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IL2LPTDataCache} from "interfaces/IL2LPTDataCache.sol";

/// @title What the bridge knows of L1, as told
contract HarnessSupplyCache is IL2LPTDataCache {
    uint256 public l1CirculatingSupply;

    constructor(uint256 supply) {
        l1CirculatingSupply = supply;
    }
}
