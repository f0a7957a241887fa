import {
  type Hex,
  concat,
  encodeAbiParameters,
  encodeFunctionData,
  encodePacked,
  getAddress,
  hashTypedData,
  hexToBytes,
  maxUint256,
  parseAbiParameters,
  size,
} from 'viem'
import { testSigner } from './signer.ts'
import { MULTICALL3, MULTI_SEND, PERMIT2, type Person, type World } from './world.ts'

/** What chance decides about one transaction. */
export type Chance = {
  readonly type: 0 | 1 | 2
  readonly from: number
  readonly to: number
  readonly amount: bigint
  readonly small: bigint
  readonly fee: bigint
  readonly yes: boolean
  readonly count: number
  readonly id: number
}

export type Planned = { readonly to?: Hex; readonly value: bigint; readonly data: Hex }

/** For each choice another, so that what was signed once is not used twice. */
type Plan = { readonly world: World; readonly choice: Chance; readonly self: Person }

const NOBODY = `0x${'0'.repeat(40)}` as const
const LATER = 2n ** 40n

export function personAt({ people }: World, index: number): Person {
  const person = people[index % people.length]
  if (!person) throw new RangeError('nobody lives here')
  return person
}

const addressOf = (world: World, index: number): Hex => personAt(world, index).signer.address

/** Who never takes anything, so that relative approvals can be followed. */
const idleSpender = (id: number): Hex =>
  getAddress(`0x${(0xabc000 + id).toString(16).padStart(40, '0')}`)

const encode = (world: World, name: string, functionName: string, ...args: unknown[]): Hex =>
  encodeFunctionData({ abi: world.contract(name).abi, functionName, args })

const onToken = (world: World, functionName: string, ...args: unknown[]): Planned => ({
  to: world.token,
  value: 0n,
  data: encode(world, 'Token', functionName, ...args),
})
const onNft = (world: World, functionName: string, ...args: unknown[]): Planned => ({
  to: world.nft,
  value: 0n,
  data: encode(world, 'Nft', functionName, ...args),
})
const onCopies = (world: World, functionName: string, ...args: unknown[]): Planned => ({
  to: world.copies,
  value: 0n,
  data: encode(world, 'Copies', functionName, ...args),
})
const onPermit2 = (world: World, functionName: string, ...args: unknown[]): Planned => ({
  to: PERMIT2,
  value: 0n,
  data: encode(world, 'Permit2', functionName, ...args),
})
const bySafe = ({ world, self }: Plan, to: Hex, value: bigint, data: Hex, operation: number) => {
  const approved = encodePacked(
    ['bytes32', 'bytes32', 'uint8'],
    [`0x${self.signer.address.slice(2).padStart(64, '0')}`, `0x${'0'.repeat(64)}`, 1],
  )
  const args = [to, value, data, operation, 0n, 0n, 0n, NOBODY, NOBODY, approved]
  return { to: self.safe, value: 0n, data: encode(world, 'Safe', 'execTransaction', ...args) }
}

/** Owners of permits have keys of their own, and sign one each. */
const ownerOf = ({ world, choice }: Plan) =>
  testSigner(world.network, `owner ${choice.id} ${choice.amount} ${choice.small} ${choice.fee}`)

const signatureOf = (plan: Plan, digest: Hex) => {
  const bytes = ownerOf(plan).sign(hexToBytes(digest))
  const hex = (part: Uint8Array): Hex => `0x${Buffer.from(part).toString('hex')}`
  const v = 27 + (bytes[64] ?? 0)
  return { r: hex(bytes.subarray(0, 32)), s: hex(bytes.subarray(32, 64)), v }
}

const multicall3 = (world: World, functionName: string, args: unknown, value = 0n): Planned => ({
  to: MULTICALL3,
  value,
  data: encode(world, 'Multicall3', functionName, args),
})

/** What Multicall3 is told to do: for the sender by allowance, and in its own name. */
const steps = ({ world, choice, self }: Plan): Planned[] => [
  ...Array.from({ length: choice.count }, (_, index) =>
    onToken(
      world,
      'transferFrom',
      self.signer.address,
      addressOf(world, choice.to + index),
      // One too many now and then.
      choice.id === 5 && index === 1 ? maxUint256 : choice.small,
    ),
  ),
  onToken(world, 'approve', idleSpender(choice.id), choice.amount),
]

/** Every way to a transaction that is tried here. */
export const kinds = {
  coins: ({ world, choice }: Plan) => ({
    to: addressOf(world, choice.to),
    value: choice.small,
    data: '0x',
  }),
  'coins to a contract': ({ world, choice, self }: Plan) => ({
    to: choice.yes ? self.safe : world.token,
    value: choice.id % 3 === 0 ? 0n : choice.small,
    data: '0x',
  }),
  'no coins at all': ({ world, choice }: Plan) => ({
    to: addressOf(world, choice.to),
    value: 0n,
    data: '0x',
  }),
  transfer: ({ world, choice }: Plan) =>
    onToken(world, 'transfer', addressOf(world, choice.to), choice.amount),
  'transfer of mine by number': ({ world, choice, self }: Plan) =>
    onToken(world, 'transferFrom', self.signer.address, addressOf(world, choice.to), choice.small),
  'transfer of another': ({ world, choice }: Plan) =>
    onToken(
      world,
      'transferFrom',
      addressOf(world, choice.from + world.people.length - 1),
      addressOf(world, choice.to),
      choice.small,
    ),
  approve: ({ world, choice }: Plan) =>
    onToken(world, 'approve', idleSpender(choice.id), choice.amount),
  'approve more': ({ world, choice }: Plan) =>
    onToken(world, 'increaseAllowance', idleSpender(choice.id % 5), choice.amount),
  'approve less': ({ world, choice }: Plan) =>
    onToken(world, 'decreaseAllowance', idleSpender(choice.id % 5), choice.small % 1000n),
  'approve nothing': ({ world, choice }: Plan) =>
    onToken(world, 'approve', idleSpender(choice.id), 0n),
  permit(plan: Plan) {
    const { world, choice } = plan
    const message = {
      owner: ownerOf(plan).address,
      spender: idleSpender(choice.id),
      value: choice.amount,
      nonce: 0n,
      deadline: LATER,
    }
    const { r, s, v } = signatureOf(plan, hashTypedData(permitData(world, message) as never))
    const { owner, spender, value, deadline } = message
    return onToken(world, 'permit', owner, spender, value, deadline, v, r, s)
  },
  'calls of a token in one': ({ world, choice, self }: Plan) =>
    onToken(world, 'multicall', [
      encode(world, 'Token', 'approve', idleSpender(choice.id), choice.amount),
      encode(world, 'Token', 'transfer', addressOf(world, choice.to), choice.small),
      ...(choice.yes ? [encode(world, 'Token', 'mint', self.signer.address, 1n)] : []),
    ]),

  'an nft': ({ world, choice, self }: Plan) =>
    onNft(
      world,
      choice.yes ? 'transferFrom' : 'safeTransferFrom',
      self.signer.address,
      addressOf(world, choice.to),
      self.firstNft + BigInt(choice.id),
    ),
  'an nft approved': ({ world, choice, self }: Plan) =>
    onNft(
      world,
      'approve',
      choice.yes ? idleSpender(choice.id) : NOBODY,
      self.firstNft + BigInt(choice.id),
    ),
  'all nfts approved': ({ world, choice }: Plan) =>
    onNft(world, 'setApprovalForAll', idleSpender(choice.id), choice.yes),
  copies: ({ world, choice, self }: Plan) =>
    onCopies(
      world,
      'safeTransferFrom',
      self.signer.address,
      addressOf(world, choice.to),
      1n,
      choice.amount,
      choice.id === 7 ? '0x1234' : '0x',
    ),
  'copies of several': ({ world, choice, self }: Plan) =>
    onCopies(
      world,
      'safeBatchTransferFrom',
      self.signer.address,
      addressOf(world, choice.to),
      [1n, 2n],
      [choice.small, choice.small + 1n],
      '0x',
    ),
  'all copies approved': ({ world, choice }: Plan) =>
    onCopies(world, 'setApprovalForAll', idleSpender(choice.id), choice.yes),

  'approve by permit2': ({ world, choice }: Plan) =>
    onPermit2(
      world,
      'approve',
      world.token,
      idleSpender(choice.id),
      choice.amount % (1n << 160n),
      Number(LATER),
    ),
  'permit2 by signature'(plan: Plan) {
    const { world, choice } = plan
    const amount = choice.amount % (1n << 160n)
    const expiration = choice.yes ? Number(LATER) : 0
    const details = { token: world.token, amount, expiration, nonce: 0 }
    const message = { details, spender: idleSpender(choice.id), sigDeadline: LATER }
    const { r, s, v } = signatureOf(plan, hashTypedData(permit2Data(world, message) as never))
    const signature = encodePacked(['bytes32', 'bytes32', 'uint8'], [r, s, v])
    return onPermit2(world, 'permit', ownerOf(plan).address, message, signature)
  },
  'permit2 locked': ({ world, choice }: Plan) =>
    onPermit2(world, 'lockdown', [{ token: world.token, spender: idleSpender(choice.id) }]),

  'others called in one'(plan: Plan) {
    const calls = steps(plan).map(({ to, data }) => ({ target: to, callData: data }))
    return multicall3(plan.world, 'aggregate', calls)
  },
  'others called, some may fail'(plan: Plan) {
    const allowFailure = plan.choice.yes
    const calls = steps(plan).map(({ to, data }) => ({ target: to, allowFailure, callData: data }))
    return multicall3(plan.world, 'aggregate3', calls)
  },
  'coins to several'({ world, choice }: Plan) {
    const calls = Array.from({ length: choice.count }, (_, index) => ({
      target: addressOf(world, choice.to + index),
      allowFailure: false,
      value: choice.small,
      callData: '0x',
    }))
    return multicall3(world, 'aggregate3Value', calls, choice.small * BigInt(choice.count))
  },
  'coins of a safe': (plan: Plan) =>
    bySafe(plan, addressOf(plan.world, plan.choice.to), plan.choice.small, '0x', 0),
  'tokens of a safe'(plan: Plan) {
    const { world, choice } = plan
    const { data } = onToken(world, 'transfer', addressOf(world, choice.to), choice.amount)
    return bySafe(plan, world.token, 0n, data, 0)
  },
  'several calls of a safe'(plan: Plan) {
    const { world, choice, self } = plan
    const calls = [
      onToken(world, 'transfer', addressOf(world, choice.to), choice.small),
      onToken(world, 'approve', idleSpender(choice.id), choice.amount),
      { to: addressOf(world, choice.to + 1), value: choice.small, data: '0x' as const },
      ...(choice.yes ? [onToken(world, 'mint', self.safe, 1n)] : []),
    ]
    const packed = calls.map(({ to, value, data }) =>
      encodePacked(
        ['uint8', 'address', 'uint256', 'uint256', 'bytes'],
        [0, to ?? NOBODY, value, BigInt(size(data)), data],
      ),
    )
    const data = encode(world, 'MultiSend', 'multiSend', concat(packed))
    return bySafe(plan, MULTI_SEND, 0n, data, 1)
  },
  'several calls of my own'({ world, choice, self }: Plan) {
    const calls = [
      onToken(world, 'transfer', addressOf(world, choice.to), choice.small),
      { to: addressOf(world, choice.to + 1), value: choice.small, data: '0x' as const },
    ].map(({ to, value, data }) => ({ to: to ?? NOBODY, value, data }))
    const tuples = parseAbiParameters('(address to, uint256 value, bytes data)[]')
    const mode = `0x0100${'0'.repeat(60)}`
    const execution = encodeAbiParameters(tuples, [calls])
    const data = encode(world, 'BatchAccount', 'execute', mode, execution)
    return { to: self.signer.address, value: 0n, data }
  },

  creation: ({ world, choice }: Plan) => ({
    value: choice.yes ? choice.small : 0n,
    data: choice.yes
      ? concat([
          world.contract('SafeProxy').bytecode,
          encodeAbiParameters(parseAbiParameters('address'), [world.refund]),
        ])
      : world.contract('Refund').bytecode,
  }),
  upgrade({ world, choice, self }: Plan) {
    const code = choice.yes ? world.otherVaultCode : world.vaultCode
    const then = choice.id % 2 === 0 ? '0x' : encode(world, 'Vault', 'rename', choice.amount)
    return {
      to: self.vault,
      value: 0n,
      data: encode(world, 'Vault', 'upgradeToAndCall', code, then),
    }
  },
  delegation: ({ world, choice }: Plan) =>
    choice.yes
      ? onToken(world, 'transfer', addressOf(world, choice.to), choice.amount)
      : { to: addressOf(world, choice.to), value: choice.small, data: '0x' },
  'something unknown': ({ world, choice, self }: Plan) =>
    choice.yes
      ? onToken(world, 'mint', self.signer.address, choice.small)
      : { to: world.refund, value: choice.small, data: encode(world, 'Refund', 'claim') },
} satisfies Record<string, (plan: Plan) => Planned>

function permitData(world: World, message: Record<string, unknown>) {
  const { chainId } = world.anvil
  return {
    domain: { name: 'Token', version: '1', chainId, verifyingContract: world.token },
    types: {
      Permit: [
        { name: 'owner', type: 'address' },
        { name: 'spender', type: 'address' },
        { name: 'value', type: 'uint256' },
        { name: 'nonce', type: 'uint256' },
        { name: 'deadline', type: 'uint256' },
      ],
    },
    primaryType: 'Permit',
    message,
  }
}

function permit2Data(world: World, message: Record<string, unknown>) {
  return {
    domain: { name: 'Permit2', chainId: world.anvil.chainId, verifyingContract: PERMIT2 as Hex },
    types: {
      PermitDetails: [
        { name: 'token', type: 'address' },
        { name: 'amount', type: 'uint160' },
        { name: 'expiration', type: 'uint48' },
        { name: 'nonce', type: 'uint48' },
      ],
      PermitSingle: [
        { name: 'details', type: 'PermitDetails' },
        { name: 'spender', type: 'address' },
        { name: 'sigDeadline', type: 'uint256' },
      ],
    },
    primaryType: 'PermitSingle',
    message,
  }
}
