import { randomBytes } from 'node:crypto'
import { type Chain, network } from '@tandem/chains'
import { messagePayload as bip322, bitcoin } from '@tandem/chains/bitcoin'
import { evm, serializeUnsigned, transactionPayload } from '@tandem/chains/evm'
import { messagePayload as solanaMessage, solana } from '@tandem/chains/solana'
import { enrolChallenge, factorChallenge } from '@tandem/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import { softwarePasskey } from '../../../daemon/test/software-passkey.ts'
import type { TestDevice } from '../test-device.ts'
import { ORIGIN } from './clocked.ts'
import type { Subject } from './books.ts'
import type { Flow, World } from './lines.ts'
import { remembering } from './remembering.ts'

const ethereum = evm(network('eip155:1'))
const mainnet = remembering(bitcoin(network('bip122:000000000019d6689c085ae165831e93')))
const sol = solana(network('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp'))

export const chains = [ethereum, mainnet, sol].map(({ network: { id } }) => id)

const ETHER = 10n ** 18n
const fresh = () => Uint8Array.from(randomBytes(16))
const text = () => new Uint8Array(randomBytes(16).map((byte) => 97 + (byte % 26)))

function transfer(nonce: number, value = 1n): Uint8Array {
  return transactionPayload(
    serializeUnsigned({
      type: 2,
      chainId: 1n,
      nonce: BigInt(nonce),
      gasLimit: 21_000n,
      maxFeePerGas: 2n * 10n ** 9n,
      maxPriorityFeePerGas: 10n ** 9n,
      accessList: [],
      to: `0x${'12'.repeat(20)}`,
      value,
      data: new Uint8Array(0),
    }),
  )
}

const inTaproot = ({ keyAt }: TestDevice): Uint8Array => {
  const found = mainnet.addresses(keyAt, 0).find(({ address }) => address.startsWith('bc1p'))
  if (!found) throw new Error('a Taproot address')
  return bip322(found.address, text())
}

/** The same wallet in every case of a flow. */
function always(suites: readonly (1 | 2 | 3)[]): Flow['subject'] {
  let subject: Promise<Subject> | undefined
  return (world) => (subject ??= world.pair(suites))
}

/** A request that is signed in the end, whatever happened to it before. */
function signing(
  name: string,
  suites: readonly (1 | 2 | 3)[],
  chain: Chain,
  make: (device: TestDevice, world: World) => Uint8Array,
): Flow {
  let payload: Uint8Array
  let requestId: Uint8Array
  return {
    name,
    subject: always(suites),
    async run(world, dialled) {
      requestId = fresh()
      const device = await dialled()
      payload = make(device, world)
      await device.sign(chain, payload, { requestId })
      // What was said before the answer to this has come.
      await device.audit()
    },
    async finish(_world, again) {
      await again.sign(chain, payload, { requestId })
    },
  }
}

const signEd25519 = async (device: TestDevice): Promise<void> => {
  await device.sign(sol, solanaMessage(text()))
}

export const signatures = (): Flow[] => [
  signing('sign ECDSA', [1], ethereum, (_device, world) => transfer(world.next())),
  signing('sign Taproot', [1, 2], mainnet, inTaproot),
  signing('sign Ed25519', [3], sol, () => solanaMessage(text())),
]

const cancel = (): Flow => {
  let nonce = 0
  let requestId: Uint8Array
  return {
    name: 'cancel',
    subject: always([1]),
    async run(world, dialled) {
      requestId = fresh()
      const device = await dialled()
      nonce = world.next()
      await device.ask(ethereum, transfer(nonce), { requestId })
      device.cancel(requestId)
      await device.audit()
    },
    /** The nonce of what was cancelled is free. */
    async finish(_world, again) {
      again.cancel(requestId)
      await again.sign(ethereum, transfer(nonce, 2n))
    },
  }
}

const hello = (): Flow => ({
  name: 'hello',
  subject: always([3]),
  fromDialling: true,
  async run(_world, dialled) {
    await (await dialled()).audit()
  },
  finish: async (_world, again) => signEd25519(again),
})

const pairing = (): Flow => ({
  name: 'pair',
  subject: async () => undefined,
  fromDialling: true,
  async run(_world, dialled) {
    await (await dialled()).audit()
  },
  finish: async (_world, again) => again.makeWallet({ proposal: { suites: [3] } }),
})

const secondFactor = (): Flow => {
  const DAY = 24 * 60 * 60_000
  const key = softwarePasskey('P-256', ORIGIN, ORIGIN)
  const subject = always([1])
  let isEnrolled = false
  let payload: Uint8Array
  let requestId: Uint8Array
  async function sign(device: TestDevice): Promise<void> {
    const asked = await device.ask(ethereum, payload, { requestId })
    if (asked.decision === 'deny')
      throw new Error(`${asked.rule}: ${new TextDecoder().decode(asked.detail)}`)
    if (asked.decision === 'needs-factor') {
      const proof = { kind: 'passkey', ...key.sign(factorChallenge(asked)) } as const
      const shown = await device.show(requestId, proof)
      if (shown.decision !== 'allow') throw new Error(`${shown.decision}: ${shown.rule}`)
    }
    await device.begin(ethereum, payload, requestId)
  }
  return {
    name: 'second factor',
    subject,
    async prepare(world, whose) {
      // Yesterday's amount does not count.
      await world.daemon.pass(DAY)
      if (isEnrolled || !whose) return
      isEnrolled = true
      const device = await world.dial(whose)
      const id = fresh()
      const challenge = enrolChallenge(id, ed25519.getPublicKey(device.kept.identity))
      await device.offer({ requestId: id, name: 'key', ...key.make(challenge) })
      const known = await world.daemon.command({ command: 'factors' })
      const passkey = /[0-9a-f]{16,64}/.exec(JSON.stringify(known))?.[0]
      await world.daemon.command({ command: 'factor-accept', passkey })
      world.keep(whose, device)
      await world.line.cut()
    },
    async run(world, dialled) {
      requestId = fresh()
      payload = transfer(world.next(), 2n * ETHER)
      const device = await dialled()
      await sign(device)
      await device.audit()
    },
    finish: async (_world, again) => sign(again),
  }
}

const making = (): Flow => ({
  name: 'make a wallet',
  subject: async (world) => world.pair(),
  async run(_world, dialled) {
    const device = await dialled()
    await device.makeWallet({ proposal: { suites: [3] } })
    await device.audit()
  },
  async finish(_world, again) {
    if (!again.kept.share) await again.makeWallet({ proposal: { suites: [3] } })
    await signEd25519(again)
  },
})

const allowNew = async (
  { daemon }: World,
  subject: Subject | undefined,
  what: 'shares' | 'setup',
): Promise<void> => {
  const [first] = subject?.kept.share?.keys ?? []
  if (!first) throw new Error('a wallet')
  const wallet = Buffer.from(first.keyId).toString('hex')
  await daemon.command({ command: 'rotate', wallet, what })
}

const rotation = (): Flow => ({
  name: 'rotate',
  subject: always([3]),
  prepare: async (world, subject) => allowNew(world, subject, 'shares'),
  async run(_world, dialled) {
    const device = await dialled()
    await device.rotate({ proposal: { suites: [3] } })
    await device.audit()
  },
  finish: async (_world, again) => signEd25519(again),
})

const setup = (): Flow => ({
  name: 'RE-OT',
  subject: always([1]),
  prepare: async (world, subject) => allowNew(world, subject, 'setup'),
  async run(_world, dialled) {
    const device = await dialled()
    await device.rekey()
    await device.audit()
  },
  async finish(world, again) {
    await again.sign(ethereum, transfer(world.next()))
  },
})

export const others = (): Flow[] => [hello(), cancel(), secondFactor(), setup()]
export const ceremonies = (): Flow[] => [pairing(), making(), rotation()]
