/** The campaign itself: its tables fit the decoders, and what should be found is found. */
import { describe, expect, test, vi } from 'vitest'
import type { AbortCode } from '../../src/abort.ts'
import type { Suite } from '../../src/core/suite.ts'
import { ECDSA, ED25519, TAPROOT } from '../../src/core/suite.ts'
import { FLOW_LENGTH, cutF2, cutF3, decodeBody, decodeF1 } from '../../src/dkls23/messages.ts'
import { type Case, casesOf, execute, freeze } from './campaign.ts'
import { type Name, layouts, lengthOf } from './layouts.ts'
import { sessionOf, signersOf } from './sessions.ts'

/** Checks that a test may take out of the product. */
const off = vi.hoisted(() => ({
  extension: false,
  product: false,
  points: false,
  signature: false,
  equality: false,
  length: false,
  decoding: false,
  frost: false,
}))

vi.mock(import('../../src/ot/extension.ts'), async (original) => {
  const real = await original()
  return {
    ...real,
    send: (...args) => {
      const sent = real.send(...args)
      return off.extension ? { ...sent, consistent: true } : sent
    },
  }
})
vi.mock(import('../../src/ot/rvole.ts'), async (original) => {
  const real = await original()
  return {
    ...real,
    finish: (...args) => {
      const done = real.finish(...args)
      return off.product ? { ...done, consistent: true } : done
    },
  }
})
vi.mock(import('../../src/dkls23/checks.ts'), async (original) => {
  const real = await original()
  return {
    ...real,
    firstFailure: (...args) => (off.points ? undefined : real.firstFailure(...args)),
    isSignature: (...args) => off.signature || real.isSignature(...args),
  }
})
vi.mock(import('../../src/core/bytes.ts'), async (original) => {
  const real = await original()
  return {
    ...real,
    equalBytes: (a, b) => off.equality || real.equalBytes(a, b),
    exactLength: (...args) => (off.length ? undefined : real.exactLength(...args)),
  }
})
vi.mock(import('../../src/core/suite.ts'), async (original) => {
  const real = await original()
  const lenient = (suite: Suite): Suite => ({
    ...suite,
    decodeScalar: (bytes, field) => (off.decoding ? 1n : suite.decodeScalar(bytes, field)),
    decodePoint: (bytes, field) => (off.decoding ? suite.base : suite.decodePoint(bytes, field)),
  })
  const { suites } = real
  return {
    ...real,
    suites: { 1: lenient(suites[1]), 2: lenient(suites[2]), 3: lenient(suites[3]) },
  }
})
vi.mock(import('../../src/frost/suite.ts'), async (original) => {
  const real = await original()
  const lenient = (suite: (typeof real.frostSuites)[2]): typeof suite => ({
    noble: {
      ...suite.noble,
      aggregate: (...args) => (off.frost ? new Uint8Array(64) : suite.noble.aggregate(...args)),
    },
    verify: (...args) => off.frost || suite.verify(...args),
  })
  const { frostSuites } = real
  return { ...real, frostSuites: { 2: lenient(frostSuites[2]), 3: lenient(frostSuites[3]) } }
})

const sessions = ([ECDSA, TAPROOT, ED25519] as const).map((suite) =>
  sessionOf(`control/${suite}`, suite, signersOf('control')),
)
const cases: readonly Case[] = sessions.flatMap((session) => casesOf(session))

/** A few cases of a code, from all over, of one family. */
function some(code: AbortCode, ecdsa: boolean): readonly Case[] {
  const mine = cases.filter(
    ({ verdict, frozen, label }) =>
      verdict.code === code &&
      (frozen.session.suite === ECDSA) === ecdsa &&
      // Where a second check stands behind the first, taking one out changes nothing.
      !label.includes('rv.a[') &&
      !label.startsWith('F4.r[') &&
      (code !== 'SIG_INVALID' || label.endsWith('random valid')),
  )
  const step = Math.max(1, Math.floor(mine.length / 8))
  return mine.filter((_, at) => at % step === 0)
}

describe('the campaign', () => {
  test('knows every byte of every message', () => {
    const [ecdsa, taproot, ed25519] = [1, 2, 3].map((id) => layouts[id as 1])
    for (const name of ['F1', 'F2', 'F3', 'F4'] as const)
      expect(lengthOf(ecdsa!.get(name)!)).toBe(FLOW_LENGTH[name])
    expect(lengthOf(ecdsa!.get('RESULT')!)).toBe(65)
    for (const [table, length] of [
      [taproot!, 98],
      [ed25519!, 96],
    ] as const) {
      expect(lengthOf(table.get('S1')!)).toBe(length)
      expect(lengthOf(table.get('S2')!)).toBe(length)
      expect(lengthOf(table.get('RESULT')!)).toBe(64)
    }
  })

  test('cuts every message where its decoder does', () => {
    const at = (name: Name, body: Uint8Array, first: string, last = first): Uint8Array => {
      const fields = layouts[ECDSA].get(name)!
      const from = fields.find((one) => one.name === first)!
      const to = fields.findLast((one) => one.name === last)!
      return body.slice(from.at, to.at + to.length)
    }
    const body = (name: Name) => freeze(sessions[0]!, name).message.body
    const [f1, f2, f3] = [body('F1'), body('F2'), body('F3')]
    expect(decodeF1(f1)).toEqual({
      nonce: at('F1', f1, 'nonce'),
      commitment: at('F1', f1, 'com'),
      hdr: at('F1', f1, 'hdr'),
      extension: at('F1', f1, 'u', 't'),
    })
    expect(cutF2(f2)).toEqual({
      nonce: at('F2', f2, 'nonce'),
      hdr: at('F2', f2, 'hdr'),
      sid: at('F2', f2, 'sid'),
      extension: at('F2', f2, 'u', 't'),
      body: at('F2', f2, 'rv.a', 'psi'),
    })
    expect(cutF3(f3)).toEqual({
      sid: at('F3', f3, 'sid'),
      body: at('F3', f3, 'rv.a', 'psi'),
      salt: at('F3', f3, 'salt'),
      u: at('F3', f3, 'u'),
      w: at('F3', f3, 'w'),
    })
    for (const [name, bytes] of [
      ['F2', f2],
      ['F3', f3],
    ] as const) {
      const { transfer, ...rest } = decodeBody(at(name, bytes, 'rv.a', 'psi'), name)
      expect(transfer.masked).toEqual(at(name, bytes, 'rv.a'))
      expect(transfer.mu).toEqual(at(name, bytes, 'rv.mu'))
      for (const point of ['R', 'pk', 'gammaU', 'gammaV'] as const)
        expect(rest[point].toBytes()).toEqual(at(name, bytes, point))
    }
  })

  test('covers every code that signing has for a message of a peer', () => {
    const codes = new Set(cases.map((one) => one.verdict.code))
    expect([...codes].toSorted()).toEqual([
      'COMMIT',
      'FROST_SHARE',
      'GAMMA_U',
      'GAMMA_V',
      'HDR_MISMATCH',
      'LENGTH',
      'OTE_CHECK_FAIL',
      'POINT',
      'RVOLE_CHECK_FAIL',
      'SCALAR',
      'SID_MISMATCH',
      'SIG_INVALID',
    ])
  })

  test('reports a message that nobody changed', () => {
    for (const session of sessions)
      for (const name of layouts[session.suite].keys()) {
        const one = cases.find(
          (each) => each.frozen.session === session && each.frozen.name === name,
        )!
        expect(execute({ ...one, body: one.frozen.message.body }).problems).not.toEqual([])
      }
  })

  test('starts from a state in which an unchanged message completes the signature', () => {
    for (const session of sessions)
      for (const name of layouts[session.suite].keys()) {
        const { thaw, message } = freeze(session, name)
        // Twice: a state is made anew, not used up.
        for (let time = 0; time < 2; time++) {
          const run = thaw()
          run.tell(message.to, { type: 'message', message })
          run.run()
          for (const party of run.parties.values())
            expect(party.durable.filter((mark) => mark.type === 'signed')).toHaveLength(1)
        }
      }
  })

  test.for([
    ['extension', 'OTE_CHECK_FAIL'],
    ['product', 'RVOLE_CHECK_FAIL'],
    ['points', 'GAMMA_U'],
    ['points', 'GAMMA_V'],
    ['signature', 'SIG_INVALID'],
    ['equality', 'HDR_MISMATCH'],
    ['equality', 'SID_MISMATCH'],
    ['equality', 'COMMIT'],
    ['length', 'LENGTH'],
    ['decoding', 'SCALAR'],
    ['decoding', 'POINT'],
    ['frost', 'FROST_SHARE'],
    ['frost', 'SIG_INVALID'],
  ] as const)('reports a product without %s checks: %s', ([which, code]) => {
    const sample = some(code, which !== 'frost')
    expect(sample.length).toBeGreaterThan(1)
    for (const one of sample) {
      expect(execute(one).problems).toEqual([])
      off[which] = true
      try {
        expect([one.label, report(one)]).not.toEqual([one.label, []])
      } finally {
        off[which] = false
      }
    }
  })
})

/** A product without a check may also fall over, which the campaign shows as an error. */
function report(one: Case): readonly string[] {
  try {
    return execute(one).problems
  } catch (error) {
    return [String(error)]
  }
}
