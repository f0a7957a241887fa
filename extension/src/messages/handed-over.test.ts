import { expect, test } from 'vitest'
import { handOver, takeOver } from './handed-over.ts'

test('a secret is handed over once, as bytes, and wiped where it was', async () => {
  const secret = new Uint8Array(32).fill(7)
  const { name } = handOver(secret)
  expect(await takeOver(name)).toEqual(new Uint8Array(32).fill(7))
  expect(secret).toEqual(new Uint8Array(32))
})

test('what was taken back is handed to nobody', async () => {
  const secret = new Uint8Array(32).fill(7)
  const { name, end } = handOver(secret)
  const heard: unknown[] = []
  const channel = new BroadcastChannel(`handed-over/${name}`)
  channel.addEventListener('message', ({ data }) => heard.push(data))
  end()
  expect(secret).toEqual(new Uint8Array(32))
  const other = handOver(new Uint8Array(32).fill(9))
  expect(await takeOver(other.name)).toEqual(new Uint8Array(32).fill(9))
  channel.close()
  expect(heard).toEqual([])
})
