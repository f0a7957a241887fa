import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contradictions } from './faults/contradictions.ts'
import { ceremonies, chains, others, signatures } from './faults/flows.ts'
import { type Flow, type World, faultsOf, suffer, world } from './faults/lines.ts'
import type { Packet } from './wire.ts'

const LONG = process.env['TANDEM_LONG'] === '1'

/** How the cases ended, and how many there were. */
const tally = new Map<string, number>()

describe.for([
  ['signatures', signatures(), 2],
  ['other messages', others(), 2],
  ['ceremonies', ceremonies(), 3],
] as const satisfies readonly (readonly [string, readonly Flow[], number])[])(
  'a line that goes wrong at one frame: %s',
  ([, flows, every]) => {
    let at: World

    beforeAll(async () => {
      at = await world(chains)
    })

    afterAll(async () => {
      // Nothing left without its mark, and no budget counts less than what left.
      expect(await at.close()).toEqual([])
    })

    test.for(flows)('$name', async (flow) => {
      // The first run opens what is opened once.
      await suffer(at, flow, undefined)
      const runs = [await suffer(at, flow, undefined), await suffer(at, flow, undefined)]
      const wrong: string[] = []
      for (const [index, fault] of faultsOf(runs).entries()) {
        if (!LONG && index % every > 0) continue
        try {
          const { how } = await suffer(at, flow, fault)
          tally.set(how, (tally.get(how) ?? 0) + 1)
        } catch (error) {
          const { action, direction, frame } = fault
          wrong.push(`${action} ${direction} ${frame}: ${String(error)}`)
        }
      }
      expect(wrong).toEqual([])
    })
  },
)

test('there were four hundred cases, of which some were signed and most ended otherwise', () => {
  const cases = [...tally.values()].reduce((sum, count) => sum + count, 0)
  expect(cases).toBeGreaterThanOrEqual(400)
  expect(tally.get('signed')).toBeGreaterThan(50)
  expect(tally.get('silence')).toBeGreaterThan(50)
  const known =
    /^(signed|silence|closed: sequence|handshake failed|the daemon closed the connection|no signature: .*(TIMEOUT|NETWORK|WRONG_STATE|UNKNOWN_SESSION).*|refused: timeout)$/
  expect([...tally.keys()].filter((how) => !known.test(how))).toEqual([])
})

describe('what no honest co-signer says', () => {
  let at: World
  let received: readonly Packet[]

  beforeAll(async () => {
    at = await world(chains)
    for (const flow of signatures().filter(({ name }) => name !== 'sign Taproot'))
      await suffer(at, flow, undefined)
    received = at.subjects.flatMap((subject) => subject.received)
  })

  afterAll(async () => {
    await at.close()
  })

  const last = (type: Packet['header']['type']): Packet => {
    const found = received.findLast(({ header }) => header.type === type)
    if (!found) throw new Error(`no ${type}`)
    return found
  }
  const changed = (body: Uint8Array, place: number): Uint8Array =>
    body.map((byte, index) => (index === place ? byte ^ 1 : byte))

  test('an honest run has none of it', () => {
    expect(received.length).toBeGreaterThan(10)
    expect(contradictions(received)).toEqual([])
  })

  test.for([
    ['F2', 0, ['a nonce twice', 'two answers to one attempt']],
    ['F2', 96 + 10_768 + 40_000 + 5, ['two answers to one attempt']],
    ['S2', 70, ['a nonce twice', 'two answers to one attempt']],
    ['S2', 5, ['two answers to one attempt']],
    ['F4', 40, ['two signatures']],
  ] as const)('a second %s that differs in byte %i is found', ([type, place, found]) => {
    const { header, body } = last(type)
    const wrong = contradictions([...received, { header, body: changed(body, place) }])
    expect(wrong.map((one) => one.split(':')[0])).toEqual(found)
  })

  test('the nonce of one attempt in the answer to another is found', () => {
    const { header, body } = last('S2')
    const later = { header: { ...header, attempt: header.attempt + 1 }, body: changed(body, 70) }
    expect(contradictions([...received, later])).toEqual([expect.stringContaining('a nonce twice')])
  })
})
