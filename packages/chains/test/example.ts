import { secp256k1 } from '@noble/curves/secp256k1.js'
import { hexToBytes } from '@noble/curves/utils.js'
import { account, level, network, warnings } from '@tandem/chains'
import { evm, serializeUnsigned, transactionPayload } from '@tandem/chains/evm'

// A wallet has two shares of a key like this one; here a plain key stands for them.
const secret = new Uint8Array(32).fill(7)
const base = evm(network('eip155:8453'))
const own = account(
  base.network.id,
  0,
  base.addresses(() => secp256k1.getPublicKey(secret), 0),
)

// What a site wants: approve(spender, 2^256 - 1) of a token, as unsigned bytes.
const unsigned = serializeUnsigned({
  type: 2,
  chainId: 8453n,
  nonce: 7n,
  gasLimit: 60_000n,
  maxFeePerGas: 2_000_000_000n,
  maxPriorityFeePerGas: 1_000_000n,
  accessList: [],
  to: '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913',
  value: 0n,
  data: hexToBytes(`095ea7b3${'00'.repeat(12)}${'b0'.repeat(20)}${'ff'.repeat(32)}`),
})

// Both sides read it by themselves, and compute what is signed by themselves.
const reading = base.read(transactionPayload(unsigned), own)
export const explanation = reading.explain()
export const found = warnings(explanation)
export const risk = level(found)

// Two machines would sign this digest together. What comes back is verified before it is used.
const [digest] = reading.digests()
const { r, s, recovery } = secp256k1.Signature.fromBytes(
  secp256k1.sign(digest!.message, secret, { prehash: false, format: 'recovered' }),
  'recovered',
)
const bytes = (value: bigint) => hexToBytes(value.toString(16).padStart(64, '0'))
export const signed = reading.assemble([Uint8Array.of(...bytes(r), ...bytes(s), recovery!)])
