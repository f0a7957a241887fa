/**
 * The networks that this co-signer signs for: those of its settings, and those that the person at this machine added.
 * The store has these, not a file, so that nobody changes them unseen.
 */
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { type Chain, type Network, network } from '@tandem/chains'
import * as z from 'zod'
import type { Store } from '../../ports/store.ts'
import { decodeRow, encodeRow, time } from '../encoding.ts'
import { ClientError } from '../errors.ts'
import { encodeEvent } from '../event.ts'
import { inTurn } from '../log/in-turn.ts'
import { OwnFacts, isListed, ownNetwork } from './own-network.ts'

/** A network that is signed for now. */
export type Standing = {
  readonly network: Network
  /** In no list: what is known of it is what a person said. */
  readonly isOwn: boolean
  /** Absent: the settings name it. */
  readonly addedAt?: Date
}

export type KeptNetworks = {
  /** By CAIP-2; nothing for one that is not signed for. */
  chain(id: string): Chain | undefined
  /** Those of the settings first. */
  ids(): readonly string[]
  list(): readonly Standing[]
  /**
   * Whether it could be added now.
   *
   * @param facts of one that is in no list; what is listed has its own.
   * @throws {ClientError} `unreadable`, `conflict`
   */
  check(id: string, facts: OwnFacts | undefined): void
  /** Signs for one more network from now on. @throws {ClientError} as {@link check}. */
  add(id: string, facts: OwnFacts | undefined): Promise<void>
  /** @returns whether it was added before. @throws {ClientError} `conflict`: the settings name it. */
  remove(id: string): Promise<boolean>
}

const Kept = z.array(z.strictObject({ id: z.string(), at: time, own: OwnFacts.exactOptional() }))
type Kept = z.infer<typeof Kept>

const KEPT = utf8ToBytes('networks')
const MOST = 64

type Parts = {
  readonly store: Store
  readonly now: () => Date
  /** Reads what is asked on a network. */
  readonly chainOf: (network: Network) => Chain
}

/** @param settings the networks that the settings name, by CAIP-2. */
export async function keptNetworks(
  { store, now, chainOf }: Parts,
  settings: readonly string[],
): Promise<KeptNetworks> {
  const turn = inTurn()
  const stored = await store.get('meta', KEPT)
  let kept: Kept = stored ? decodeRow(Kept, stored) : []
  let chains: ReadonlyMap<string, Chain> = new Map()
  chains = known()

  function known(): ReadonlyMap<string, Chain> {
    const all = [...settings.map(network), ...kept.flatMap(networkOf)]
    return new Map(all.map((one) => [one.id, chains.get(one.id) ?? chainOf(one)]))
  }

  async function keep(next: Kept, what: 'added' | 'removed', id: string): Promise<void> {
    const own = [...kept, ...next].find((one) => one.id === id)?.own
    await store.commit({
      rows: [{ table: 'meta', key: KEPT, value: encodeRow(Kept, next) }],
      events: [
        encodeEvent({
          type: 'network',
          at: now().getTime(),
          what,
          chain: id,
          ...(own && { name: own.name, test: own.test }),
        }),
      ],
    })
    kept = next
    chains = known()
  }

  function check(id: string, facts: OwnFacts | undefined): void {
    // SECURITY: what is known of a listed network is not for a person to change. Test: test/networks.test.ts "a listed network is switched on as it is, and is nobody's own"
    if (isListed(id) && facts)
      throw new ClientError('conflict', `${network(id).name} is known here: name only ${id}`)
    if (!isListed(id) && !facts)
      throw new ClientError('unreadable', `${id} is not known here: say its name and symbol`)
    if (facts) ownNetwork(id, facts)
    // SECURITY: a network that changes under requests that wait is shown as another. Test: test/networks.test.ts "a network is added once; other facts need its removal first"
    if (kept.some((one) => one.id === id) || settings.includes(id))
      throw new ClientError('conflict', `${id} is set up already`)
    if (kept.length >= MOST)
      throw new ClientError('conflict', `no more than ${MOST} networks can be added`)
  }

  return {
    chain: (id) => chains.get(id),
    ids: () => [...chains.keys()],
    list: () =>
      [...chains.values()].map(({ network: of }) => {
        const one = kept.find(({ id }) => id === of.id)
        const isNamed = settings.includes(of.id)
        return {
          network: of,
          isOwn: !isListed(of.id),
          ...(one && !isNamed && { addedAt: new Date(one.at) }),
        }
      }),

    check,

    add: (id, facts) =>
      turn(async () => {
        check(id, facts)
        const one = { id, at: now().getTime(), ...(facts && { own: facts }) }
        await keep([...kept, one], 'added', id)
      }),

    remove: (id) =>
      turn(async () => {
        if (settings.includes(id))
          throw new ClientError('conflict', `the settings name ${id}: take it out of chains`)
        if (!kept.some((one) => one.id === id)) return false
        await keep(
          kept.filter((one) => one.id !== id),
          'removed',
          id,
        )
        return true
      }),
  }
}

/** One that is listed by now has the facts of the list; nothing for one that this version would not add. */
function networkOf({ id, own }: Kept[number]): Network[] {
  if (isListed(id)) return [network(id)]
  try {
    return own ? [ownNetwork(id, own)] : []
  } catch (error) {
    if (error instanceof ClientError) return []
    throw error
  }
}
