import { expect, test } from 'vitest'
import { systemClock } from './system.ts'

test('what is taken back does not run, and what fails is heard', async () => {
  const heard = Promise.withResolvers<unknown>()
  const ran: string[] = []
  const { after } = systemClock(heard.resolve)
  const takeBack = after(0, async () => void ran.push('taken back'))
  after(0, async () => {
    ran.push('left')
    throw new Error('a store that failed')
  })
  takeBack()
  expect(await heard.promise).toEqual(new Error('a store that failed'))
  expect(ran).toEqual(['left'])
})
