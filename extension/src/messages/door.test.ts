import { expect, test } from 'vitest'
import { door } from './door.ts'

test('a host that nobody chose is not asked', async () => {
  const asked: [string, RequestInit | undefined][] = []
  let allowed = new Set(['https://node.test'])
  const send = door(
    () => allowed,
    async (input, init) => {
      asked.push([input instanceof Request ? input.url : input.toString(), init])
      return new Response('ok')
    },
  )
  await send('https://node.test/rpc', { method: 'POST' })
  expect(asked).toEqual([
    [
      'https://node.test/rpc',
      { method: 'POST', redirect: 'error', credentials: 'omit', referrer: '' },
    ],
  ])
  for (const url of [
    'http://node.test/rpc',
    'https://node.test:8443/',
    'https://node.test.evil.test/',
    'https://node.test@evil.test/',
  ])
    await expect(send(url)).rejects.toMatchObject({ code: 'host' })
  allowed = new Set()
  await expect(send('https://node.test/rpc')).rejects.toMatchObject({ code: 'host' })
  expect(asked).toHaveLength(1)
})
