import { describe, expect, test } from 'vitest'
import { D, E, machine, proposalOf } from '../../test/ceremony.ts'
import type { OldEpoch, Proposal } from '../dkg/params.ts'
import { ceremonyParams } from '../dkg/params.ts'
import type { Device } from '../share/share.ts'
import { headerOf } from './frame.ts'
import { decodeControl, encodeControl } from './messages.ts'
import { proposalMessage, readProposal } from './proposal.ts'

const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill)
const old: OldEpoch = {
  epoch: 4,
  t: 2,
  backupPublicKey: bytes(32, 9),
  keys: ([1, 2, 3] as const).map((suite) => ({
    suite,
    epochSid: bytes(32, suite),
    publicKey: bytes(33, suite),
    chainCode: bytes(32, 16 + suite),
    publicShares: new Map([1, 2, 3].map((id) => [id, bytes(33, id)])),
  })),
}
const devices: readonly Device[] = [E, D].map(({ id, identityPk }) => ({ id, identityPk }))
const kept = { kind: 'kept', publicKey: bytes(32, 9) } as const
const fresh = { kind: 'third-machine', publicKey: bytes(32, 8) } as const

/** What the other side reads of a proposal that has travelled. */
function read(
  proposal: Proposal,
  known: Partial<Parameters<typeof readProposal>[1]> = {},
  change: (message: ReturnType<typeof proposalMessage>) => void = () => {},
): Proposal {
  const sent = structuredClone(proposalMessage(proposal))
  change(sent)
  const header = headerOf('propose', 1, 2, { requestId: sent.proposal.instanceId })
  const got = decodeControl(header, encodeControl({ type: 'propose', ...sent }))
  if (got.type !== 'propose') throw new Error('another message')
  return readProposal(got, { old: proposal.old, devices, ...known }, 1)
}
const refused = (code: string, culprit: number | undefined, field: string): unknown =>
  expect.objectContaining({ code, culprit, field })

describe('a proposal that travels', () => {
  test.for<[string, Partial<Proposal>]>([
    ['a new wallet', {}],
    ['a new wallet with a split backup', { backup: { kind: 'split' } }],
    ['one suite', { suites: [3], backup: fresh }],
    ['a refresh', { old, backup: kept }],
    ['a recovery, where a machine acts for 3', { old, contributors: [2, 3], backup: fresh }],
    ['more holders', { old, holders: [1, 2, 3, 9], t: 3 }],
  ])('is the same on both sides: %s', ([, change]) => {
    const proposal = proposalOf(change)
    const theirs = read(proposal)
    expect(theirs).toEqual({ old: undefined, ...proposal })
    expect(ceremonyParams(theirs)).toEqual(proposalMessage(proposal).params)
  })

  test('another old epoch is refused, and nobody is blamed', () => {
    const mismatch = refused('EPOCH_MISMATCH', undefined, 'proposal.old')
    const refresh = proposalOf({ old, backup: kept })
    for (const mine of [{ ...old, epoch: 3 }, { ...old, epoch: 5 }, undefined])
      expect(() => read(refresh, { old: mine })).toThrow(mismatch)
    expect(() => read(proposalOf(), { old })).toThrow(mismatch)
    expect(() =>
      read(refresh, {}, ({ proposal }) => {
        proposal.old!.epoch = 3
      }),
    ).toThrow(mismatch)
  })

  test('row 26: machines that are not the pinned ones are refused', () => {
    const params = refused('PARAMS', 1, 'params')
    const { id, identityPk } = machine(1, 'stranger')
    expect(() => read(proposalOf({ devices: [{ id, identityPk }, devices[1]!] }))).toThrow(params)
    expect(() => read(proposalOf(), { devices: [{ id, identityPk }, devices[1]!] })).toThrow(params)
    expect(() => read(proposalOf(), { devices: devices.slice(1) })).toThrow(
      refused('PARAMS', 1, 'proposal.devices'),
    )
  })

  test('params of something else than is shown are refused, and the peer is named', () => {
    const params = refused('PARAMS', 1, 'params')
    const alter = (change: Parameters<typeof read>[2]) => () =>
      read(proposalOf({ old, backup: kept }), {}, change)
    expect(alter(({ params: hash }) => hash.fill(1))).toThrow(params)
    expect(alter(({ proposal }) => proposal.holders.pop())).toThrow(/PARAMS, party 1/)
    expect(alter(({ proposal }) => proposal.instanceId.fill(1))).toThrow(params)
    // My own old epoch counts, whatever is said of it.
    const changed = { ...old, keys: old.keys.map((key) => ({ ...key, chainCode: bytes(32, 1) })) }
    expect(() => read(proposalOf({ old, backup: kept }), { old: changed })).toThrow(params)
  })

  test('what no ceremony can have is refused, and the peer is named', () => {
    const alter = (change: Parameters<typeof read>[2]) => () => read(proposalOf(), {}, change)
    const { backup } = proposalOf({ backup: kept })
    expect(
      alter(({ proposal }) => {
        proposal.backup = backup
      }),
    ).toThrow(refused('PARAMS', 1, 'proposal.backup'))
    expect(
      alter(({ proposal }) => {
        proposal.holders = [1, 3]
      }),
    ).toThrow(refused('IDS', 1, 'proposal.devices'))
    expect(() => proposalMessage(proposalOf({ t: 4 }))).toThrow(
      refused('PARAMS', undefined, 'proposal.t'),
    )
  })
})
