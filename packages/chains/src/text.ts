/**
 * Text from outside, before a person reads it: names, messages, typed data. Nothing is removed;
 * what could deceive is made visible and named.
 */
export type Shown = {
  /** Invisible and direction-changing characters as `[U+202E]`. Line breaks and tabs stay. */
  readonly text: string
  /** There was something invisible. */
  readonly hidden: boolean
  /** A word mixes scripts, or uses letters of another script that look Latin. */
  readonly confusable: boolean
}

/** Controls, format characters (bidi, zero width), surrogates, private use, odd spaces, fillers. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu

/** Letters of other scripts that most fonts draw like Latin ones (a small part of UTS #39). */
const LOOKS_LATIN =
  /^[\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03b1\u03b9\u03bd\u03bf\u03c1\u03c5\u0405\u0406\u0408\u0410\u0412\u0415\u041a\u041c-\u041e\u0420-\u0422\u0423\u0425\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04ae\u04bb\u04c0\u04cf\u0501\u051b\u051d\u0570\u0578\u057d\u0585\u13a0-\u13f4\u2c80-\u2cb1\ua4d0-\ua4f7\uab70-\uabbf\p{M}0-9]+$/u

export function show(text: string): Shown {
  let hidden = false
  const visible = text.replace(INVISIBLE, (character) => {
    if (character === '\n' || character === '\t') return character
    hidden = true
    const code = character.codePointAt(0) ?? 0
    return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`
  })
  return { text: visible, hidden, confusable: words(text).some(isConfusable) }
}

function words(text: string): string[] {
  return text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
}

/** UTS #39's "mixed script", and words that are wholly of look-alikes. */
function isConfusable(word: string): boolean {
  const latin = /\p{Script=Latin}/u.test(word)
  const other = /(?=\p{L})[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u.test(word)
  if (latin && other) return true
  // SECURITY: putting a long run of marks in order takes minutes; no language has one (UAX #15, "Stream-Safe Text Format"). Test: src/text.test.ts "more marks on a letter than any language has are named, however many"
  if (/\p{M}{31}/u.test(word)) return true
  // Full-width and mathematical letters are Latin or Common, and are not what they look like.
  if (word.normalize('NFKC') !== word.normalize('NFC')) return true
  return other && LOOKS_LATIN.test(word)
}
