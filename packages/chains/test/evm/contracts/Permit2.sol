// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.26;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// The part of Uniswap's Permit2 that moves tokens: the same functions, typed data and events.
contract Permit2 {
    struct PermitDetails { address token; uint160 amount; uint48 expiration; uint48 nonce; }
    struct PermitSingle { PermitDetails details; address spender; uint256 sigDeadline; }
    struct PermitBatch { PermitDetails[] details; address spender; uint256 sigDeadline; }
    struct TokenPermissions { address token; uint256 amount; }
    struct PermitTransferFrom { TokenPermissions permitted; uint256 nonce; uint256 deadline; }
    struct SignatureTransferDetails { address to; uint256 requestedAmount; }
    struct Allowed { uint160 amount; uint48 expiration; uint48 nonce; }
    struct TokenSpenderPair { address token; address spender; }

    event Approval(address indexed owner, address indexed token, address indexed spender, uint160 amount, uint48 expiration);
    event Permit(address indexed owner, address indexed token, address indexed spender, uint160 amount, uint48 expiration, uint48 nonce);
    event Lockdown(address indexed owner, address token, address spender);

    bytes32 constant DETAILS = keccak256("PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)");
    bytes32 constant SINGLE = keccak256("PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)");
    bytes32 constant BATCH = keccak256("PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline)PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)");
    bytes32 constant PERMISSIONS = keccak256("TokenPermissions(address token,uint256 amount)");
    bytes32 constant TRANSFER = keccak256("PermitTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline)TokenPermissions(address token,uint256 amount)");

    mapping(address => mapping(address => mapping(address => Allowed))) public allowance;
    mapping(address => mapping(uint256 => bool)) public used;

    function approve(address token, address spender, uint160 amount, uint48 expiration) external {
        Allowed storage allowed = allowance[msg.sender][token][spender];
        (allowed.amount, allowed.expiration) = (amount, expiration);
        emit Approval(msg.sender, token, spender, amount, expiration);
    }

    function permit(address owner, PermitSingle memory permitSingle, bytes calldata signature) external {
        require(block.timestamp <= permitSingle.sigDeadline, "expired");
        verify(owner, keccak256(abi.encode(SINGLE, hash(permitSingle.details), permitSingle.spender, permitSingle.sigDeadline)), signature);
        allow(owner, permitSingle.spender, permitSingle.details);
    }

    function permit(address owner, PermitBatch memory permitBatch, bytes calldata signature) external {
        require(block.timestamp <= permitBatch.sigDeadline, "expired");
        bytes32[] memory hashes = new bytes32[](permitBatch.details.length);
        for (uint256 i = 0; i < hashes.length; i++) hashes[i] = hash(permitBatch.details[i]);
        verify(owner, keccak256(abi.encode(BATCH, keccak256(abi.encodePacked(hashes)), permitBatch.spender, permitBatch.sigDeadline)), signature);
        for (uint256 i = 0; i < hashes.length; i++) allow(owner, permitBatch.spender, permitBatch.details[i]);
    }

    function transferFrom(address from, address to, uint160 amount, address token) external {
        Allowed storage allowed = allowance[from][token][msg.sender];
        require(block.timestamp <= allowed.expiration && amount <= allowed.amount, "allowance");
        if (allowed.amount != type(uint160).max) allowed.amount -= amount;
        require(IERC20(token).transferFrom(from, to, amount));
    }

    function permitTransferFrom(PermitTransferFrom memory permitted, SignatureTransferDetails calldata details, address owner, bytes calldata signature) external {
        require(block.timestamp <= permitted.deadline && !used[owner][permitted.nonce], "expired");
        require(details.requestedAmount <= permitted.permitted.amount, "amount");
        used[owner][permitted.nonce] = true;
        bytes32 inner = keccak256(abi.encode(PERMISSIONS, permitted.permitted));
        verify(owner, keccak256(abi.encode(TRANSFER, inner, msg.sender, permitted.nonce, permitted.deadline)), signature);
        require(IERC20(permitted.permitted.token).transferFrom(owner, details.to, details.requestedAmount));
    }

    function lockdown(TokenSpenderPair[] calldata approvals) external {
        for (uint256 i = 0; i < approvals.length; i++) {
            allowance[msg.sender][approvals[i].token][approvals[i].spender].amount = 0;
            emit Lockdown(msg.sender, approvals[i].token, approvals[i].spender);
        }
    }

    function allow(address owner, address spender, PermitDetails memory details) private {
        Allowed storage allowed = allowance[owner][details.token][spender];
        require(allowed.nonce == details.nonce, "nonce");
        (allowed.amount, allowed.expiration, allowed.nonce) = (details.amount, details.expiration, details.nonce + 1);
        emit Permit(owner, details.token, spender, details.amount, details.expiration, details.nonce);
    }

    function hash(PermitDetails memory details) private pure returns (bytes32) {
        return keccak256(abi.encode(DETAILS, details));
    }

    function verify(address owner, bytes32 structHash, bytes calldata signature) private view {
        bytes32 domain = keccak256(abi.encode(
            keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)"),
            keccak256("Permit2"), block.chainid, address(this)
        ));
        require(ECDSA.recover(keccak256(abi.encodePacked(hex"1901", domain, structHash)), signature) == owner, "signer");
    }
}
