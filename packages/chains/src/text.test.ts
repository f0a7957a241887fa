import { describe, expect, test } from 'vitest'
import { show } from './text.ts'

describe('text from outside', () => {
  test.for([
    ['a right-to-left override', 'pay \u202eecila', 'pay [U+202E]ecila'],
    ['a zero-width space', 'USD\u200bC', 'USD[U+200B]C'],
    ['a byte order mark', '\ufeffUSDC', '[U+FEFF]USDC'],
    ['a soft hyphen', 'US\u00adDC', 'US[U+00AD]DC'],
    ['a Hangul filler', 'a\u3164b', 'a[U+3164]b'],
    ['a no-break space', 'a\u00a0b', 'a[U+00A0]b'],
    ['a variation selector', 'a\ufe0fb', 'a[U+FE0F]b'],
    ['a tag character', 'a\u{e0041}b', 'a[U+E0041]b'],
    ['a carriage return', 'a\rb', 'a[U+000D]b'],
    ['an escape', '\u001b[31m', '[U+001B][31m'],
    ['a lone surrogate', 'a\ud800b', 'a[U+D800]b'],
    ['a line separator', 'a\u2028b', 'a[U+2028]b'],
  ] as const)('%s is shown as what it is', ([, given, text]) => {
    expect(show(given)).toMatchObject({ text, hidden: true })
  })

  test.for([
    ['Cyrillic among Latin', 'p\u0430ypal'],
    ['Greek among Latin', 'Uniswa\u03c1'],
    ['all Cyrillic that looks Latin', '\u0440\u0430\u0443\u0440\u0430\u04cf'],
    ['all Lisu', '\ua4f4\ua4e2\ua4d3\ua4da'],
    ['all Coptic', '\u2ca4\u2ca4\u2c9e'],
    ['full-width letters', '\uff35\uff33\uff24\uff23'],
    ['mathematical letters', '\u{1d414}\u{1d412}\u{1d403}\u{1d402}'],
    ['one word of several', 'the real Te\u0442her'],
  ] as const)('%s is confusable', ([, given]) => {
    expect(show(given).confusable).toBe(true)
  })

  test('more marks on a letter than any language has are named, however many', () => {
    expect(show(`a${'\u0301\u0316'.repeat(15)}`).confusable).toBe(false)
    // In the order in which they come here, they would have to be sorted.
    expect(show(`a${'\u0301\u0316'.repeat(190_000)}`).confusable).toBe(true)
  })

  test.for([
    'Tether USD',
    'Привет мир',
    'Ελληνικά',
    '日本語 text',
    'naïve',
    'a\nb\tc',
    '',
    '🦊 fox',
  ])('"%s" is shown as it is', (given) => {
    expect(show(given)).toEqual({ text: given, hidden: false, confusable: false })
  })
})
