import { describe, expect, test } from 'vitest'
import { type Twist, softwarePasskey } from '../../../test/software-passkey.ts'
import type { Passkey } from '../../ports/authenticator.ts'
import { webAuthn } from './web-authn.ts'

const origin = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'
/** As browsers have it: the whole origin of an extension. */
const host = origin
const own = webAuthn([origin])
const challenge = new Uint8Array(32).fill(7)
const other = new Uint8Array(32).fill(8)

async function made(kind: 'P-256' | 'Ed25519', counts = true) {
  const software = softwarePasskey(kind, origin, host, counts)
  const passkey = await own.made(software.make(challenge), challenge)
  if (!passkey) throw new Error('refused')
  return { software, passkey }
}

/** What is wrong, and how: everything here is refused. */
const twists: readonly (readonly [string, Twist])[] = [
  ['of another origin', { origin: 'https://attacker.example' }],
  ['for another host', { rpId: 'attacker.example' }],
  ['of another kind', { type: 'payment.get' }],
  ['of somebody who was not there', { flags: 4 | 64 }],
  ['of somebody who was not verified', { flags: 1 | 64 }],
]

describe.for(['P-256', 'Ed25519'] as const)('a passkey on %s', (kind) => {
  test('is made for a challenge, and signs challenges', async () => {
    const { software, passkey } = await made(kind)
    expect(passkey.id).toEqual(software.id)
    expect(await own.signed(software.sign(other), passkey, other)).toBe(1)
    expect(await own.signed(software.sign(challenge), { ...passkey, counter: 1 }, challenge)).toBe(
      2,
    )
  })

  test('a proof for one challenge is none for another', async () => {
    const { software, passkey } = await made(kind)
    expect(await own.made(software.make(challenge), other)).toBeUndefined()
    expect(await own.signed(software.sign(challenge), passkey, other)).toBeUndefined()
  })

  test.for(twists)('a proof %s is refused', async ([, twist]) => {
    const { software, passkey } = await made(kind)
    expect(await own.made(software.make(challenge, twist), challenge)).toBeUndefined()
    expect(await own.signed(software.sign(challenge, twist), passkey, challenge)).toBeUndefined()
  })

  test('a copy that counts from an earlier place is found out, and so is a replay', async () => {
    const { software, passkey } = await made(kind)
    const first = software.sign(challenge)
    expect(await own.signed(first, passkey, challenge)).toBe(1)
    const now: Passkey = { ...passkey, counter: 1 }
    expect(await own.signed(first, now, challenge)).toBeUndefined()
    software.counter = 0
    expect(await own.signed(software.sign(other), now, other)).toBeUndefined()
    software.counter = 1
    expect(await own.signed(software.sign(other), now, other)).toBe(2)
  })

  test('that has no counter is believed without one', async () => {
    const { software, passkey } = await made(kind, false)
    expect(await own.signed(software.sign(challenge), passkey, challenge)).toBe(0)
    expect(await own.signed(software.sign(other), passkey, other)).toBe(0)
  })

  test('a signature that was changed, cut or made by another key is refused', async () => {
    const { software, passkey } = await made(kind)
    const stranger = (await made(kind)).software
    const good = software.sign(challenge)
    const changed = good.signature.map((byte, at) => (at === 20 ? byte ^ 1 : byte))
    for (const signature of [changed, good.signature.slice(0, -1), new Uint8Array(0)])
      expect(await own.signed({ ...good, signature }, passkey, challenge)).toBeUndefined()
    expect(await own.signed(stranger.sign(challenge), passkey, challenge)).toBeUndefined()
    expect(await own.signed(good, passkey, challenge)).toBe(1)
  })

  test('a key with a statement about its maker is refused unread', async () => {
    const software = softwarePasskey(kind, origin, host)
    const stated = software.make(challenge, { stated: true })
    expect(await own.made(stated, challenge)).toBeUndefined()
  })

  test('a key under another id is refused', async () => {
    const software = softwarePasskey(kind, origin, host)
    const credentialId = new Uint8Array(16)
    const renamed = { ...software.make(challenge), credentialId }
    expect(await own.made(renamed, challenge)).toBeUndefined()
  })
})

test('a key of an extension belongs to its whole origin, as browsers say it, and not to its id', async () => {
  const id = softwarePasskey('P-256', origin, new URL(origin).host)
  expect(await own.made(id.make(challenge), challenge)).toBeUndefined()
  const whole = softwarePasskey('P-256', origin, origin)
  expect(await own.made(whole.make(challenge), challenge)).toMatchObject({ id: whole.id })
  const site = 'https://wallet.example:8443'
  const sites = softwarePasskey('P-256', site, 'wallet.example')
  expect(await webAuthn([site]).made(sites.make(challenge), challenge)).toMatchObject({
    id: sites.id,
  })
})

test('where no origin is set up there are no passkeys', async () => {
  const software = softwarePasskey('P-256', origin, host)
  expect(await webAuthn([]).made(software.make(challenge), challenge)).toBeUndefined()
})

test('of several origins each has its own host', async () => {
  const elsewhere = 'https://wallet.example'
  const both = webAuthn([origin, elsewhere])
  const places = [
    [origin, host],
    [elsewhere, 'wallet.example'],
  ] as const
  for (const [own, rpId] of places) {
    const software = softwarePasskey('P-256', own, rpId)
    const passkey = await both.made(software.make(challenge), challenge)
    if (!passkey) throw new Error('refused')
    expect(await both.signed(software.sign(other), passkey, other)).toBe(1)
    for (const [another, itsRpId] of places) {
      if (another === own) continue
      for (const twist of [{ origin: another }, { rpId: itsRpId }]) {
        expect(await both.made(software.make(challenge, twist), challenge)).toBeUndefined()
        expect(await both.signed(software.sign(other, twist), passkey, other)).toBeUndefined()
      }
    }
  }
})

test('a key belongs to the browser of the device that offered it', async () => {
  const elsewhere = 'chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba'
  const software = softwarePasskey('P-256', elsewhere, elsewhere)
  const offered = software.make(challenge)
  expect(await own.made(offered, challenge)).toBeUndefined()
  const key = await own.made(offered, challenge, elsewhere)
  if (!key) throw new Error('a key')
  const passkey = { ...key, origin: elsewhere }
  expect(await own.signed(software.sign(challenge), key, challenge)).toBeUndefined()
  expect(await own.signed(software.sign(challenge), passkey, challenge)).toBe(2)
  // A key of the settings' origin is none of that device.
  const other = softwarePasskey('P-256', origin, host)
  expect(await own.made(other.make(challenge), challenge, elsewhere)).toBeUndefined()
})
