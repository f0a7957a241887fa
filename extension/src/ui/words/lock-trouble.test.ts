import { expect, test, vi } from 'vitest'
import { EngineError } from '../../messages/engine.ts'
import { lockTrouble } from './lock-trouble.ts'

vi.mock('#i18n', () => ({ i18n: { t: (name: string) => name } }))

const said = (code: string) => lockTrouble(new EngineError(code, ''))

test('only a wrong password, or one too soon after it, is called one', () => {
  expect(said('wait')).toBe(said('password'))
  const others = [said('engine-gone'), said('internal'), said('damaged'), lockTrouble('closed')]
  expect(others).not.toContain(said('password'))
  expect(said('damaged')).not.toBe(said('internal'))
})
