import { utf8ToBytes } from '@noble/hashes/utils.js'
import { Decrypter } from 'age-encryption'
import { beforeAll, describe, expect, test } from 'vitest'
import { age } from './age.ts'

const words = utf8ToBytes('a long enough passphrase')
const plain = Uint8Array.from({ length: 200_000 }, (_, at) => (at * 7) & 0xff)

async function* inPieces(bytes: Uint8Array, length = 30_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.slice(at, at + length)
}

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const found: Uint8Array[] = []
  for await (const piece of pieces) found.push(piece)
  return Uint8Array.from(Buffer.concat(found))
}

const open = async (file: Uint8Array, by = words) => all(await age.decrypt(by, inPieces(file)))

describe('a file under a passphrase', () => {
  let file: Uint8Array
  beforeAll(async () => {
    file = await all(await age.encrypt(words, inPieces(plain)))
  })

  test('opens with it, also in a program that knows the format only', async () => {
    expect(await open(file)).toEqual(plain)
    const other = new Decrypter()
    other.addPassphrase('a long enough passphrase')
    expect(await other.decrypt(file)).toEqual(plain)
    // The control: it is really encrypted.
    expect(Buffer.from(file).includes(Buffer.from(plain.subarray(0, 16)))).toBe(false)
  })

  test('says that it opens with another one', async () => {
    const other = utf8ToBytes('a long enough passphrasf')
    await expect(open(file, other)).rejects.toMatchObject({ code: 'wrong-passphrase' })
  })

  const end = () => file.length
  test.for([
    ['the MAC of its head is another', () => changed(140), 'damaged'],
    ['its first piece is another', () => changed(300), 'damaged'],
    ['its last byte is another', () => changed(end() - 1), 'damaged'],
    ['its end is missing', () => file.slice(0, -1), 'damaged'],
    ['whole pieces of its end are missing', () => file.slice(0, 66_000), 'damaged'],
    [
      'something follows',
      () => Uint8Array.from(Buffer.concat([file, Uint8Array.of(0)])),
      'damaged',
    ],
    ['it asks for hours of work', () => replaced('18', '31'), 'foreign'],
    ['it is something else', () => utf8ToBytes('-----BEGIN PGP MESSAGE-----'), 'foreign'],
    ['it is empty', () => new Uint8Array(0), 'foreign'],
  ] as const)('is refused when %s', async ([, make, code]) => {
    await expect(open(make())).rejects.toMatchObject({ name: 'BackupError', code })
  })

  const changed = (at: number) => file.map((byte, index) => (index === at ? byte ^ 1 : byte))

  function replaced(from: string, to: string): Uint8Array {
    const [first = '', ...rest] = Buffer.from(file).toString('latin1').split(` ${from}\n`)
    expect(rest).toHaveLength(1)
    return Uint8Array.from(Buffer.from(`${first} ${to}\n${rest.join('')}`, 'latin1'))
  }
})
