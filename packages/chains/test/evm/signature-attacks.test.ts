import {
  type Hex,
  bytesToHex,
  encodeFunctionData,
  hashTypedData,
  hexToBytes,
  keccak256,
  maxUint160,
  maxUint256,
  recoverMessageAddress,
  serializeTransaction,
  stringToBytes,
} from 'viem'
import { describe, expect, test } from 'vitest'
import { messagePayload, parseTransaction } from '../../src/evm/index.ts'
import { checkSignIn } from '../../src/sign-in.ts'
import { RpcFailure } from './anvil.ts'
import { ETHER, PERMIT2 } from './world.ts'
import {
  type Document,
  local,
  LATER,
  NOBODY,
  victim,
  thief,
  here,
  there,
  data,
  asked,
  explain,
  runs,
  sendRaw,
  signed,
  steals,
  drain,
  isSafe,
  tokensOf,
  coinsOf,
  ownerOf,
  isRefused,
  isFlagged,
  struct,
  typedData,
  permitOf,
  bringPermit,
  loginText,
} from './attack-scene.ts'

describe('signatures that are approvals', () => {
  test('a permit (EIP-2612): brought by the thief, who takes everything', async () => {
    const attack = typedData(permitOf(maxUint256))
    isFlagged(attack, 'permit', typedData(permitOf(0n)))
    isFlagged(attack, 'unlimited-approval', typedData(permitOf(0n)))
    await isSafe()
    await bringPermit(maxUint256, signed(attack))
    await drain()
    expect(await tokensOf(victim.address)).toBe(0n)
  })

  const details = 'address token,uint160 amount,uint48 expiration,uint48 nonce'
  const permit2Of = (batch: boolean, amount: bigint): Document => {
    const one = { token: here.token, amount, expiration: Number(LATER), nonce: 0 }
    const name = batch ? 'PermitBatch' : 'PermitSingle'
    const of = batch ? 'PermitDetails[]' : 'PermitDetails'
    return {
      domain: { name: 'Permit2', chainId: 31337, verifyingContract: PERMIT2 },
      types: {
        PermitDetails: struct(details),
        [name]: struct(`${of} details,address spender,uint256 sigDeadline`),
      },
      primaryType: name,
      message: {
        details: batch ? [one] : one,
        spender: thief.address,
        sigDeadline: LATER,
      },
    }
  }

  test.for([
    ['one', false],
    ['a batch', true],
  ] as const)('a permit of Permit2 (%s): everything is taken', async ([, batch]) => {
    const document = permit2Of(batch, maxUint160)
    const attack = typedData(document)
    const twin = typedData(permit2Of(batch, 0n))
    isFlagged(attack, 'permit', twin)
    isFlagged(attack, 'unlimited-approval', twin)
    const { abi } = here.contract('Permit2')
    const permit = encodeFunctionData({
      abi: abi.filter(
        (item) =>
          item.type !== 'function' ||
          item.name !== 'permit' ||
          JSON.stringify(item).includes('PermitBatch') === batch,
      ),
      functionName: 'permit',
      args: [victim.address, document.message, signed(attack)],
    })
    const take = data(
      'Permit2',
      'transferFrom',
      victim.address,
      thief.address,
      10n ** 30n,
      here.token,
    )
    await expect(steals(PERMIT2, take)).rejects.toThrow(RpcFailure)
    await steals(PERMIT2, permit)
    await steals(PERMIT2, take)
    expect(await tokensOf(victim.address)).toBe(0n)
  })

  test('a sale for one wei, said to be a login: the token is gone', async () => {
    const offer = 'uint8 itemType,address token,uint256 identifierOrCriteria,uint256 startAmount'
    const item = `${offer},uint256 endAmount`
    const order = (recipient: string) => ({
      offerer: victim.address,
      zone: NOBODY,
      offer: [
        { itemType: 2, token: here.nft, identifierOrCriteria: 5n, startAmount: 1n, endAmount: 1n },
      ],
      consideration: [
        {
          itemType: 0,
          token: NOBODY,
          identifierOrCriteria: 0n,
          startAmount: 1n,
          endAmount: 1n,
          recipient,
        },
      ],
      orderType: 0,
      startTime: 0n,
      endTime: LATER,
      zoneHash: `0x${'0'.repeat(64)}`,
      salt: 1n,
      conduitKey: `0x${'0'.repeat(64)}`,
      counter: 0n,
    })
    const market = await here.anvil.deploy(here.contract('Market'))
    const document = (recipient: string): Document => ({
      domain: { name: 'Seaport', version: '1.6', chainId: 31337, verifyingContract: market },
      types: {
        OrderComponents: struct(
          'address offerer,address zone,OfferItem[] offer,ConsiderationItem[] consideration,uint8 orderType,uint256 startTime,uint256 endTime,bytes32 zoneHash,uint256 salt,bytes32 conduitKey,uint256 counter',
        ),
        OfferItem: struct(item),
        ConsiderationItem: struct(`${item},address recipient`),
      },
      primaryType: 'OrderComponents',
      message: order(recipient),
    })
    const login = messagePayload(stringToBytes(loginText('shop.example')))
    const attack = typedData(document(victim.address))
    isFlagged(attack, 'order', login)
    isFlagged(typedData(document(thief.address)), 'order-foreign-payee', login)
    expect(explain(attack).intents).toMatchObject([
      {
        kind: 'order',
        gives: [{ asset: `eip155:31337/erc721:${here.nft.toLowerCase()}/5` }],
        receives: [{ asset: local.native.asset, max: 1n, to: victim.address }],
      },
    ])
    await runs(await asked(here.nft, data('Nft', 'setApprovalForAll', market, true)))
    const filled = data('Market', 'fill', order(victim.address), signed(attack))
    await steals(market, filled, 1n)
    expect(await ownerOf(5n)).toBe(thief.address.toLowerCase())
  })
})

describe('what is signed as something else', () => {
  test('a permit for another chain is refused, where it would be taken', async () => {
    const document = permitOf(maxUint256, 31338)
    isRefused(typedData(document), 'wrong-chain')
    expect(explain(typedData(permitOf(1n))).intents).toMatchObject([{ kind: 'approve' }])

    expect(there.token).toBe(here.token)
    const bytes = victim.sign(hexToBytes(hashTypedData(document as never)))
    bytes[64] = 27 + (bytes[64] ?? 0)
    await isSafe(there)
    await bringPermit(maxUint256, bytesToHex(bytes), there)
    await drain(there)
    expect(await tokensOf(victim.address, there)).toBe(0n)
    expect(await tokensOf(victim.address)).toBeGreaterThan(0n)
  })

  /** What a wallet would give that signs bytes, or their hash, as they come. */
  async function blindlySigned(payload: Uint8Array): Promise<Hex> {
    const transaction = parseTransaction(unsignedIn(payload))
    if (transaction.type !== 2) throw new Error('type 2')
    const signature = victim.sign(hexToBytes(keccak256(unsignedIn(payload))))
    const hex = bytesToHex(signature)
    return serializeTransaction(
      {
        type: 'eip1559',
        chainId: 31337,
        nonce: Number(transaction.nonce),
        gas: transaction.gasLimit,
        to: thief.address,
        value: transaction.value,
        maxFeePerGas: transaction.maxFeePerGas,
        maxPriorityFeePerGas: transaction.maxPriorityFeePerGas,
      },
      { r: `0x${hex.slice(2, 66)}`, s: `0x${hex.slice(66, 130)}`, yParity: signature[64] ?? 0 },
    )
  }

  /** The payload's only part. */
  const unsignedIn = (payload: Uint8Array) => payload.subarray(5)

  test("a transaction's hash as a message (eth_sign) is refused: it would send the coins", async () => {
    const payload = await asked(thief.address, '0x', 500n * ETHER)
    const hash = keccak256(unsignedIn(payload))
    isRefused(messagePayload(hexToBytes(hash)), 'wrong-domain')
    isRefused(messagePayload(stringToBytes(hash)), 'wrong-domain')
    expect(
      explain(messagePayload(stringToBytes('exactly thirty-two letters, yes.'))).intents,
    ).toMatchObject([{ kind: 'message', text: 'exactly thirty-two letters, yes.' }])
    const before = await coinsOf(thief.address)
    await sendRaw(await blindlySigned(payload))
    expect(await coinsOf(thief.address)).toBe(before + 500n * ETHER)
  })

  test('a transaction as a message is refused, as bytes and as hex', async () => {
    const payload = await asked(thief.address, '0x', 7n)
    isRefused(messagePayload(unsignedIn(payload)), 'wrong-domain')
    isRefused(messagePayload(stringToBytes(bytesToHex(unsignedIn(payload)))), 'wrong-domain')
    const own = `Order ${bytesToHex(unsignedIn(payload))}`
    expect(explain(messagePayload(stringToBytes(own))).intents).toMatchObject([
      { kind: 'message', text: own },
    ])
    const before = await coinsOf(thief.address)
    await sendRaw(await blindlySigned(payload))
    expect(await coinsOf(thief.address)).toBe(before + 7n)
  })

  test('a login for another site is recognised: it would open the account there', async () => {
    const text = loginText('bank.example')
    const payload = messagePayload(stringToBytes(text))
    const [signIn] = explain(payload).intents
    if (signIn?.kind !== 'sign-in') throw new Error(signIn?.kind)
    const at = (origin: string) =>
      checkSignIn(signIn, {
        origin,
        address: victim.address,
        chain: local.id,
        now: new Date('2026-01-01T00:01:00Z'),
      })
    expect(at('https://bank.example')).toEqual([])
    expect(at('https://bank.example.evil.example')).toContain('domain')
    // What the real site checks: its own domain, and who signed.
    const signature = signed(payload)
    expect(await recoverMessageAddress({ message: text, signature })).toBe(victim.address)
  })
})
