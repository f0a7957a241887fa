// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.26;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// Keeps tokens for its owner, behind a proxy that the owner may upgrade.
contract Vault is UUPSUpgradeable {
    address public owner;

    event Renamed(uint256 to);

    function initialize(address first) external {
        require(owner == address(0), "set up");
        owner = first;
    }

    function rename(uint256 to) external {
        emit Renamed(to);
    }

    function withdraw(IERC20 token, uint256 amount) external {
        require(msg.sender == owner, "owner");
        require(token.transfer(owner, amount));
    }

    function _authorizeUpgrade(address) internal view override {
        require(msg.sender == owner, "owner");
    }
}

/// The same, and anybody takes everything.
contract ThiefVault is Vault {
    function sweep(IERC20 token) external {
        require(token.transfer(msg.sender, token.balanceOf(address(this))));
    }
}

contract VaultProxy is ERC1967Proxy {
    constructor(address code, address owner) ERC1967Proxy(code, abi.encodeCall(Vault.initialize, (owner))) {}
}
