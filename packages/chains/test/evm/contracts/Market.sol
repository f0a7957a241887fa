// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.26;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// Settles orders that are signed as Seaport's typed data: whoever pays gets what is offered.
contract Market {
    struct OfferItem { uint8 itemType; address token; uint256 identifierOrCriteria; uint256 startAmount; uint256 endAmount; }
    struct ConsiderationItem { uint8 itemType; address token; uint256 identifierOrCriteria; uint256 startAmount; uint256 endAmount; address recipient; }
    struct OrderComponents {
        address offerer; address zone; OfferItem[] offer; ConsiderationItem[] consideration; uint8 orderType;
        uint256 startTime; uint256 endTime; bytes32 zoneHash; uint256 salt; bytes32 conduitKey; uint256 counter;
    }

    string constant OFFER_TYPE = "OfferItem(uint8 itemType,address token,uint256 identifierOrCriteria,uint256 startAmount,uint256 endAmount)";
    string constant CONSIDERATION_TYPE = "ConsiderationItem(uint8 itemType,address token,uint256 identifierOrCriteria,uint256 startAmount,uint256 endAmount,address recipient)";
    string constant ORDER_TYPE = "OrderComponents(address offerer,address zone,OfferItem[] offer,ConsiderationItem[] consideration,uint8 orderType,uint256 startTime,uint256 endTime,bytes32 zoneHash,uint256 salt,bytes32 conduitKey,uint256 counter)";

    mapping(bytes32 => bool) public filled;

    function fill(OrderComponents calldata order, bytes calldata signature) external payable {
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain(), hash(order)));
        require(ECDSA.recover(digest, signature) == order.offerer, "signer");
        require(!filled[digest] && order.startTime <= block.timestamp && block.timestamp < order.endTime, "time");
        filled[digest] = true;
        for (uint256 i = 0; i < order.offer.length; i++) {
            OfferItem calldata item = order.offer[i];
            move(item.itemType, item.token, item.identifierOrCriteria, item.startAmount, order.offerer, msg.sender);
        }
        for (uint256 i = 0; i < order.consideration.length; i++) {
            ConsiderationItem calldata item = order.consideration[i];
            move(item.itemType, item.token, item.identifierOrCriteria, item.startAmount, msg.sender, item.recipient);
        }
    }

    function move(uint8 kind, address token, uint256 id, uint256 amount, address from, address to) private {
        if (kind == 0) payable(to).transfer(amount);
        else if (kind == 1) require(IERC20(token).transferFrom(from, to, amount));
        else if (kind == 2) IERC721(token).transferFrom(from, to, id);
        else IERC1155(token).safeTransferFrom(from, to, id, amount, "");
    }

    function hash(OrderComponents calldata order) private pure returns (bytes32) {
        bytes32[] memory offers = new bytes32[](order.offer.length);
        for (uint256 i = 0; i < offers.length; i++) offers[i] = keccak256(abi.encode(keccak256(bytes(OFFER_TYPE)), order.offer[i]));
        bytes32[] memory wants = new bytes32[](order.consideration.length);
        for (uint256 i = 0; i < wants.length; i++) wants[i] = keccak256(abi.encode(keccak256(bytes(CONSIDERATION_TYPE)), order.consideration[i]));
        bytes memory head = abi.encode(
            keccak256(abi.encodePacked(ORDER_TYPE, CONSIDERATION_TYPE, OFFER_TYPE)), order.offerer, order.zone,
            keccak256(abi.encodePacked(offers)), keccak256(abi.encodePacked(wants)), order.orderType
        );
        bytes memory tail = abi.encode(order.startTime, order.endTime, order.zoneHash, order.salt, order.conduitKey, order.counter);
        return keccak256(bytes.concat(head, tail));
    }

    function domain() private view returns (bytes32) {
        return keccak256(abi.encode(
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
            keccak256("Seaport"), keccak256("1.6"), block.chainid, address(this)
        ));
    }
}
