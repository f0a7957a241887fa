// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.26;

/// Pays double to whoever previews it, and keeps everything when it really runs.
contract RedPill {
    receive() external payable {}

    function claim() external payable {
        // A preview by eth_call has no gas price.
        if (tx.gasprice == 0) payable(msg.sender).transfer(msg.value * 2);
    }
}

/// Returns what it gets, always.
contract Refund {
    function claim() external payable {
        payable(msg.sender).transfer(msg.value);
    }
}

/// Fails as asked.
contract Failing {
    function fail(string calldata reason) external payable {
        revert(reason);
    }
}
