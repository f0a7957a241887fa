import { describe, expect, test } from 'vitest'
import { parse } from './options.ts'

describe('the command line of npm test', () => {
  test('names steps, projects, files and tests', () => {
    expect(parse(['--only', 'lint,protocol'])).toMatchObject({
      only: ['lint', 'protocol'],
      projects: ['protocol'],
      filters: [],
    })
    expect(parse(['frost', '-t', 'signs'])).toMatchObject({ filters: ['frost', '-t', 'signs'] })
  })

  test('refuses a step that does not exist, also next to one that does', () => {
    expect(() => parse(['--only', 'lnt,format'])).toThrow(/no step is named lnt\nknown: types lint/)
  })

  test('refuses an unknown option and one without its value', () => {
    expect(() => parse(['--olny', 'lint'])).toThrow(/^Unknown option '--olny'\nknown: .*--only/)
    expect(() => parse(['--only'])).toThrow(/--only.*\nknown: /)
  })
})
