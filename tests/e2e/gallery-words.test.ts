/** The words of the wallet: the ones that were agreed on, and the ones that nobody should read. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { type Gallery, show, startGallery } from './gallery.ts'
import { openMadeUp } from './made-up.ts'

const locales = join(import.meta.dirname, '../../extension/src/locales')

/** Words of those who build it, for which there are better ones. */
const never =
  /\b(DKLs23|FROST|OT|nonce commitment|presignature|epoch|session|round|digest|calldata|sighash|EOA|MPC|vault|keyring|seed|mnemonic|shard|reshare|DKG|MFA|quota|dapp|dApp|endpoint)\b|!(?!\w)|\bplease\b/i

/** What must be said where it is true, word for word. */
const said = [
  'Nothing can be signed until it does. Your money is where it was.',
  'This message is not readable text. Signing it could approve something you cannot see.',
  'asks you to sign a bare hash. Tandem never signs what it cannot read.',
  'This message is for Polygon, but app.swap.test is connected to Ethereum. It could be used where you do not expect.',
  'asks you to sign in to bank.test. Someone else would get your login.',
  'Let Swap router spend ALL your USDC, with no end date',
  'This looks like a login. It is a permission:',
  'move EVERY',
  'act as this account on Base. It stays in force until you remove it.',
  "This runs other code with your Safe's powers. It can change everything in it.",
  '2 of 5 inputs are not yours. Your net change is',
  'Your signature leaves the outputs open. Someone can change where your coins go after you sign.',
  'which Tandem cannot read. It can act on 2 of your accounts.',
  'accounts could not be looked up, so nobody can say what this touches.',
  'This has no expiry. Whoever holds it can send it weeks from now.',
  'You could not move it any more.',
  "This looks like Ana's address but is not. The middle differs. Was it copied from a transaction list?",
  'The facts below come from the request itself.',
  'The browser paused Tandem. Your request is still here. Nothing was signed. Check it again, then decide.',
  'Nothing was sent.',
  'Trying again starts from scratch.',
  'The connection broke at the last step. Nothing was sent. We ask your co-signer what it did before you can try again.',
  'Signed, not sent.',
  'This browser and your co-signer speak different versions. Signing is paused.',
  'Your share did not leave this browser. Renew the link to go on.',
  'It may run from an old backup. Signing is stopped until you decide.',
  'Do not refresh until you know why.',
  'Its share no longer works. Your money is where it was.',
] as const

/** The same, of the page of the co-signer, with what it is in. */
const ofCosigner = [
  ['No co-signer is running on this computer.', { word: 'none' }],
  ['Unlock it on studio.local; tandem doctor says how.', { word: 'locked' }],
  ['Last seen', { word: 'away', seenAt: Date.now() - 60_000 }],
  ['Your co-signer missed 3 answers. We try again in', { breakerUntil: Date.now() + 60_000 }],
  [
    'speak different versions. Signing is paused. Update your co-signer.',
    { word: 'version', version: { ours: '0.4.0', theirs: '0.3.0' } },
  ],
  [
    'This browser holds generation 7 and your co-signer 8.',
    { shares: { generation: 7, since: 0, wallet: 'a1b2c3d4', theirs: 8 } },
  ],
  ['This browser was removed from the wallet.', { word: 'revoked' }],
  [
    'Your co-signer shows entry 7; we have already seen 9.',
    { word: 'history', code: 'rollback', history: { shown: 7n, seen: 9n } },
  ],
  [
    "Your co-signer's log differs from the one this browser saw.",
    { word: 'history', code: 'fork' },
  ],
  [
    'so this link is closed. Your share did not leave this browser.',
    { burned: { notBefore: 0, times: 1 } },
  ],
  ['Move your money to a new wallet.', { burned: { notBefore: 0, times: 2 } }],
] as const

describe.skipIf(!hasChromium)('the words of the wallet', () => {
  let gallery: Gallery

  beforeAll(async () => {
    gallery = await startGallery()
  })

  afterAll(async () => gallery.close())

  test('each sentence that was agreed on is seen where it is true', async () => {
    const page = await gallery.open()
    let all = ''
    for (const name of gallery.names) {
      await show(page, name)
      all += `${(await page.locator('#root').textContent()) ?? ''}\n`
      // What a group says that is closed counts, too.
      expect(all).not.toContain('undefined')
    }
    expect(said.filter((sentence) => !all.includes(sentence))).toEqual([])
    await page.close()
  })

  test.each(ofCosigner)('the co-signer’s page says: %s', async (sentence, cosigner) => {
    const page = await openMadeUp(gallery.wallet, 'popup.html#/cosigner', { cosigner })
    await page.getByText(sentence).waitFor()
    expect(await page.getByText(sentence).count()).toBe(1)
    await page.close()
  })

  test('no word of those who build it is in any language', () => {
    const found = readdirSync(locales).flatMap((file) =>
      readFileSync(join(locales, file), 'utf8')
        .split('\n')
        .filter((line) => {
          const value = line.replace(/^\s*[\w-]+:/, '')
          return !line.trim().startsWith('#') && never.test(value)
        })
        .map((line) => `${file}: ${line.trim()}`),
    )
    expect(found).toEqual([])
    expect(never.test('A new session')).toBe(true)
  })
})
