import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { COSIGNER, DEVICE } from '../party.ts'
import { type Simulation, ledgerOf, simulate } from '../simulate.ts'
import { testRng } from '../testing.ts'
import { requestKey } from './marks.ts'
import type { SigningRequest } from './request.ts'
import type { Message } from './signer.types.ts'
import { dealtWallet, verifies, violations } from '../../test/signers.ts'

const LONG = process.env['TANDEM_LONG'] === '1'
const wallet = dealtWallet('property')
const device = wallet.get(DEVICE)!
const cosigner = wallet.get(COSIGNER)!

/** One entry of each suite, and a second ECDSA one that shares the OT setup. */
const asked: SigningRequest = {
  requestId: new Uint8Array(16).fill(5),
  entries: ([1, 2, 3, 1] as const).map((suite, index) => ({
    index,
    suite,
    keyId: device.keys.find((key) => key.suite === suite)!.keyId,
    path: [60, index],
    message: new Uint8Array(32).fill(index + 1),
  })),
}

/** A run that begins every entry over and over, as a device does after transient failures. */
function drive(run: Simulation, rounds: number): void {
  for (const id of [DEVICE, COSIGNER]) run.tell(id, { type: 'approve', request: asked })
  run.run()
  for (let round = 0; round < rounds; round++) {
    for (const { index } of asked.entries) {
      const { signer } = run.parties.get(DEVICE)!
      const key = `${requestKey(asked.requestId)}/${index}`
      const entry = signer.ledger.requests.get(requestKey(asked.requestId))?.entries[index]
      if (signer.live.has(key) || entry?.signature) continue
      run.tell(DEVICE, { type: 'approve', request: asked })
      run.tell(DEVICE, { type: 'begin', requestId: asked.requestId, index })
    }
    run.run()
    for (const id of [DEVICE, COSIGNER]) run.expire(id)
    run.run()
  }
}

/** Nothing left before its mark: at every moment, what a party says its disk allows. */
function saidOnlyWhatIsDurable(run: Simulation): void {
  for (const party of run.parties.values()) expect(violations(party)).toEqual([])
}

function signatures(run: Simulation, id: number): (string | undefined)[] {
  const record = ledgerOf(run.parties.get(id)!).requests.get(requestKey(asked.requestId))
  // A crash may take the approval itself.
  return (record?.entries ?? []).map(
    ({ signature }) => signature && Buffer.from(signature).toString('hex'),
  )
}

const choices = fc.infiniteStream(fc.nat())

describe('two signers, whatever the network does', () => {
  test('any delivery order ends with the same signatures on both sides, and burns nothing', () => {
    fc.assert(
      fc.property(choices, (stream) => {
        let draw = 0
        const run = simulate(
          [device, cosigner],
          (party) => (bind) => testRng(`${party}/${draw++}/${bind.join()}`),
          { pick: (waiting) => Number(stream.next().value) % waiting },
        )
        drive(run, 3)
        expect(signatures(run, DEVICE).every(Boolean)).toBe(true)
        expect(signatures(run, COSIGNER)).toEqual(signatures(run, DEVICE))
        for (const party of run.parties.values())
          expect(ledgerOf(party).pair).toMatchObject({ otState: 'FRESH', suspects: 0, pending: [] })
        saidOnlyWhatIsDurable(run)
      }),
      { numRuns: LONG ? 200 : 8 },
    )
  })

  test('loss, repeats and crashes never sign another message and never burn without two suspects', () => {
    expect.hasAssertions()
    fc.assert(
      fc.property(choices, (stream) => {
        let draw = 0
        const next = (): number => Number(stream.next().value)
        const run = simulate(
          [device, cosigner],
          (party) => (bind) => testRng(`${party}/${draw++}/${bind.join()}`),
          {
            pick: (waiting) => next() % waiting,
            tamper: (message: Message) => {
              const fate = next() % 20
              return fate === 0 ? [] : fate === 1 ? [message, message] : [message]
            },
            crash: () => next() % 40 === 0,
          },
        )
        drive(run, 4)
        for (const party of run.parties.values()) {
          const suspects = party.durable.filter((mark) => mark.type === 'suspected').length
          if (suspects < 2) expect(ledgerOf(party).pair.otState).toBe('FRESH')
        }
        for (const party of run.parties.values())
          for (const mark of party.durable)
            if (mark.type === 'signed')
              expect(verifies(device, asked.entries[mark.index]!, mark.signature)).toBe(true)
        saidOnlyWhatIsDurable(run)
      }),
      { numRuns: LONG ? 200 : 8 },
    )
  })
})
