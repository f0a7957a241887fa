import { networks } from '@tandem/chains'
import { describe, expect, test } from 'vitest'
import { hasRealMoney, isOffered, offeredNodes } from './real-money.ts'

const real = networks.filter(({ test: isTest }) => !isTest)
const tests = networks.filter(({ test: isTest }) => isTest)

describe('a network with real money', () => {
  test('is offered by a build that has them to a person who wants them, and never otherwise', () => {
    expect(real.length).toBeGreaterThan(0)
    for (const network of real) {
      expect(isOffered(network, { mainnet: true }, true)).toBe(true)
      expect(isOffered(network, { mainnet: false }, true)).toBe(false)
      expect(isOffered(network, { mainnet: true }, false)).toBe(false)
    }
  })

  test('is not asked about, also where another build was given a node for it', () => {
    const nodes = Object.fromEntries(networks.map(({ id }) => [id, 'https://node.test/']))
    const asked = Object.keys(offeredNodes(networks, { mainnet: true, nodes }))
    expect(asked.toSorted()).toEqual(tests.map(({ id }) => id).toSorted())
  })

  test('is no part of a build that nobody asked to have them', () => {
    expect(hasRealMoney).toBe(false)
  })
})

test('a test network is offered by every build, and one that somebody added, too', () => {
  expect(tests.length).toBeGreaterThan(0)
  for (const network of [...tests, { id: 'eip155:987654', test: false }])
    expect(isOffered(network, { mainnet: false }, false)).toBe(true)
})
