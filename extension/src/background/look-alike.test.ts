import { expect, test } from 'vitest'
import { lookAlike } from './look-alike.ts'

const known = ['app.uniswap.org', 'opensea.io', 'lido.fi', 'garden.github.io', 'x.com']

test.for([
  ['unlswap.org', 'uniswap.org'],
  ['app.uniswap.com', 'uniswap.org'],
  ['uniswapp.org', 'uniswap.org'],
  ['unisawp.org', 'uniswap.org'],
  ['uni-swap.org', 'uniswap.org'],
  ['uniswap.org.claim.test', 'uniswap.org'],
  ['www.opensea.io.evil.com', 'opensea.io'],
  ['0pensea.io', 'opensea.io'],
  ['openssea.xyz', 'opensea.io'],
  ['lid0.fi', 'lido.fi'],
  ['gardern.github.io', 'garden.github.io'],
] as const)('%s could be taken for %s', ([host, other]) => {
  expect(lookAlike(host, known)).toBe(other)
})

test.for([
  'uniswap.org',
  'vote.uniswap.org',
  'opensea.io',
  'seaport.io',
  'unicorn.org',
  'flowers.github.io',
  'y.com',
  'localhost',
  '127.0.0.1',
  'studio.local',
])('%s is what it is', (host) => {
  expect(lookAlike(host, known)).toBeUndefined()
})
