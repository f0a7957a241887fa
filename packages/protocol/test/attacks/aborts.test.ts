/** A peer that stops after any message, again and again, to see what a signer gives away by it. */
import { describe, expect, test } from 'vitest'
import { ECDSA, ED25519, type SuiteId, TAPROOT } from '../../src/core/suite.ts'
import { COSIGNER, DEVICE } from '../../src/party.ts'
import { verifies } from '../signers.ts'
import type { Message } from '../../src/session/signer.types.ts'
import { ledgerOf } from '../../src/simulate.ts'
import { requestKey } from '../../src/session/marks.ts'
import { layouts } from './layouts.ts'
import { approve, begin, sessionOf, signersOf, worldOf } from './sessions.ts'

const TIMES = process.env['TANDEM_LONG'] === '1' ? 10_000 : 200

/** What a peer may leave unsaid, and say instead. */
const silences = [
  [ECDSA, 'F2'],
  [ECDSA, 'F3'],
  [ECDSA, 'F4'],
  [TAPROOT, 'S2'],
  [TAPROOT, 'RESULT'],
  [ED25519, 'S2'],
  [ED25519, 'RESULT'],
] as const satisfies readonly (readonly [SuiteId, Message['kind']])[]
const words = ['ABORTED', 'TIMEOUT', 'SIG_INVALID'] as const

/** What must never repeat: nonces, commitments and points that hide them. */
const fresh: Partial<Record<Message['kind'], readonly string[]>> = {
  F1: ['nonce', 'com', 'u'],
  F2: ['nonce', 'sid', 'u', 'R', 'pk', 'gammaU', 'psi'],
  F3: ['R', 'pk', 'gammaU', 'psi', 'salt', 'u', 'w'],
  S1: ['D', 'E'],
  S2: ['D', 'E', 'z'],
}

describe('a peer that aborts after any message', () => {
  test(`changes nothing by it, ${TIMES} times over`, () => {
    const signers = signersOf('aborts')
    const shares = structuredClone(signers)
    const seen = new Set<string>()
    let values = 0
    let silent: readonly [Message['kind'], (typeof words)[number]] | undefined
    const base = sessionOf('aborts', ECDSA, signers)
    const run = worldOf(base, {
      tamper: (message) => {
        if (silent?.[0] !== message.kind) {
          note(message)
          return [message]
        }
        const { kind: _, ...about } = message
        return [{ ...about, kind: 'ABORT', code: silent[1] }]
      },
    })
    function note(message: Message): void {
      if (!('body' in message)) return
      const suite = signers[0].keys.find(
        ({ keyId }) => Buffer.compare(keyId, message.keyId) === 0,
      )!.suite
      const table = message.kind === 'RESULT' ? undefined : layouts[suite].get(message.kind)
      for (const { name, index, at, length } of table ?? []) {
        if (index > 0 || !fresh[message.kind]?.includes(name)) continue
        values += 1
        // The first 31 bytes: the same nonce under another sign or prefix is the same nonce.
        seen.add(Buffer.from(message.body.slice(at + length - 31, at + length)).toString('base64'))
      }
    }

    for (let time = 0; time < TIMES; time++) {
      const [suite, kind] = silences[time % silences.length]!
      silent = [kind, words[time % words.length]!]
      const session = sessionOf(`aborts/${time}`, suite, signers)
      const before = [DEVICE, COSIGNER].map((id) => outcomes(id).length)
      approve(run, session)
      begin(run, session)
      // Who was left without an answer waits for its deadline.
      for (const id of [DEVICE, COSIGNER]) run.expire(id)
      run.run()
      // Every attempt has one outcome on each side, to be logged.
      const after = [DEVICE, COSIGNER].map((id) => outcomes(id).length)
      expect(after).toEqual(before.map((count) => count + 1))
    }
    function outcomes(id: number) {
      return run.parties.get(id)!.effects.filter(({ type }) => type === 'outcome')
    }

    expect(values).toBeGreaterThan(4 * TIMES)
    expect(seen.size).toBe(values)
    expect(signers).toEqual(shares)
    for (const party of run.parties.values()) {
      expect(ledgerOf(party).pair).toMatchObject({
        otNo: 0,
        otState: 'FRESH',
        suspects: 0,
        pending: [],
        burns: 0,
      })
      expect(party.signer.live.size).toBe(0)
    }

    silent = undefined
    for (const suite of [ECDSA, TAPROOT, ED25519] as const) {
      const session = sessionOf(`after/${suite}`, suite, signers)
      approve(run, session)
      begin(run, session)
      const { requests } = ledgerOf(run.parties.get(DEVICE)!)
      const { signature } = requests.get(requestKey(session.request.requestId))!.entries[0]!
      expect(verifies(signers[0], session.request.entries[0]!, signature!)).toBe(true)
    }
  })

  test('gets three attempts, then a person is asked', () => {
    for (const [suite, kind] of silences.filter(([, kind]) => kind === 'F2' || kind === 'S2')) {
      const session = sessionOf(`three/${suite}`, suite, signersOf('aborts'))
      const run = worldOf(session, {
        tamper: (message) => {
          if (message.kind !== kind) return [message]
          const { kind: _, ...about } = message
          return [{ ...about, kind: 'ABORT', code: 'TIMEOUT' }]
        },
      })
      approve(run, session)
      for (let tries = 0; tries < 3; tries++) begin(run, session)
      expect(() => begin(run, session)).toThrow('a person must approve again')
    }
  })
})
