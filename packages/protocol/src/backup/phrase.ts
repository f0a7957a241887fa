/**
 * The recovery phrase. Normally it has two halves of twelve words, each born and shown on its own
 * machine, so that no machine ever knows the whole backup key; a phrase made on a third machine has
 * 24 words. PROTOCOL.md, "Backup".
 */
import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { entropyToMnemonic, mnemonicToSeedSync, validateMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { UsageError } from '../abort.ts'
import { equalBytes, isZero, wipe } from '../core/bytes.ts'
import { H, H512 } from '../core/hash.ts'
import type { Ristretto } from '../core/ristretto.ts'
import { ED25519, suites } from '../core/suite.ts'
import type { Rng } from '../rng.ts'

/** Words of a half, and of a phrase made on a third machine. */
export const HALF_WORDS = 12
export const WHOLE_WORDS = 24

/** Draws the words of one half. They are shown once, on the machine that drew them, and kept nowhere. */
export const drawHalf = (rng: Rng): string => drawWords(rng, 16)

/** Draws the words of a whole phrase, on a third machine. */
export const drawWhole = (rng: Rng): string => drawWords(rng, 32)

function drawWords(rng: Rng, bytes: number): string {
  const entropy = rng('phrase', bytes)
  const words = entropyToMnemonic(entropy, wordlist)
  wipe(entropy)
  return words
}

/** More than twelve words take. */
const LONGEST_HALF = 128

/**
 * The same as UTF-8, for whoever shows them to somebody else: no string of the phrase is made, which
 * nobody could wipe. The caller wipes what it gets.
 */
export function drawHalfBytes(rng: Rng): Uint8Array {
  const entropy = rng('phrase', 16)
  // With a buffer of its own: the engine moves, and so copies, what is small and has none.
  const words = new Uint8Array(new ArrayBuffer(LONGEST_HALF))
  const checked = Uint8Array.of(...entropy, sha256(entropy)[0] ?? 0)
  let length = 0
  for (let place = 0; place < HALF_WORDS; place += 1) {
    if (place > 0) words[length++] = SPACE
    // What is shown is a word of the list: it says nothing by itself.
    for (const letter of wordlist[bitsAt(checked, 11 * place)] ?? '')
      words[length++] = letter.charCodeAt(0)
  }
  wipe(entropy, checked)
  return words.subarray(0, length)
}

const SPACE = 0x20

/** Eleven bits from a place on. */
function bitsAt(bytes: Uint8Array, from: number): number {
  const at = from >> 3
  const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
  return (three >> (13 - (from & 7))) & 0x7ff
}

/** Typed words in the one form that is hashed: lower case, one space between. */
function tidy(typed: string): string {
  return typed.normalize('NFKD').trim().toLowerCase().split(/\s+/).join(' ')
}

/** Whether `typed` is a half or a whole phrase whose checksum fits. */
export function isPhrase(typed: string, words: typeof HALF_WORDS | typeof WHOLE_WORDS): boolean {
  const phrase = tidy(typed)
  return phrase.split(' ').length === words && validateMnemonic(phrase, wordlist)
}

/**
 * The secret of a half or of a whole phrase: `reduce(H512("backup-sk", stretch))`, where stretch is
 * the BIP-39 seed of the words with an empty passphrase. Takes 2048 rounds of PBKDF2.
 *
 * @throws {UsageError} for words whose checksum does not fit; ask {@link isPhrase} first.
 */
export function phraseSecret(group: Ristretto, typed: string): Uint8Array {
  if (!isPhrase(typed, HALF_WORDS) && !isPhrase(typed, WHOLE_WORDS))
    throw new UsageError('expected 12 or 24 words with a checksum that fits')
  return secretOf(group, mnemonicToSeedSync(tidy(typed), ''))
}

/** The same of the words that {@link drawHalfBytes} drew. */
export const drawnSecret = (group: Ristretto, words: Uint8Array): Uint8Array =>
  secretOf(group, pbkdf2(sha512, words, utf8ToBytes('mnemonic'), { c: 2048, dkLen: 64 }))

function secretOf(group: Ristretto, stretched: Uint8Array): Uint8Array {
  const wide = H512('backup-sk', stretched)
  const secret = group.reduce(wide)
  wipe(stretched, wide)
  if (isZero(secret)) throw new UsageError('the words give a zero scalar')
  return secret
}

/**
 * sk_B, the sum of all halves, or `undefined` where it is not the secret of `publicKey`: the words
 * are of another backup. Wipes the halves.
 */
export function joinHalves(
  group: Ristretto,
  halves: readonly Uint8Array[],
  publicKey: Uint8Array,
): Uint8Array | undefined {
  // ristretto255's scalars are Ed25519's.
  const scalars = suites[ED25519]
  const sum = halves.reduce((total, half) => total + scalars.decodeScalar(half, 'half'), 0n)
  wipe(...halves)
  const secret = scalars.encodeScalar(sum % scalars.order)
  if (isZero(secret) || !equalBytes(group.timesBase(secret), publicKey)) {
    wipe(secret)
    return undefined
  }
  return secret
}

/**
 * The fingerprint of a backup key as eight words of the BIP-39 list: the first 80 bits of
 * `H("backup-fp", pk_B)`, then eight zero bits, eleven bits a word. A person compares them on both
 * screens.
 */
export function fingerprint(publicKey: Uint8Array): readonly string[] {
  const bits = [...H('backup-fp', publicKey).slice(0, 10), 0]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('')
  return Array.from(
    { length: 8 },
    (_, at) => wordlist[Number.parseInt(bits.slice(11 * at, 11 * at + 11), 2)]!,
  )
}
