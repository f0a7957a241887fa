import { expect, test } from 'vitest'
import { siteView } from './site-view.ts'

/** Names that people trust, as somebody else writes them in front of a name of their own. */
const brands = ['uniswap.org', 'app.aave.com', 'opensea.io', 'metamask.io', 'lido.fi']
const inFront = [
  (brand: string) => `${brand}.`,
  (brand: string) => `www.${brand}.`,
  (brand: string) => `${brand}-login.`,
  (brand: string) => `https-${brand}.secure.`,
  (brand: string) => `${brand}.`.repeat(8),
]
/** Names that anybody may register, also under a suffix that is shared. */
const own = ['evil.com', 'evil.co.uk', 'evil.vercel.app', 'evil.github.io', 'xn--pple-43d.com']

/** Letters of other scripts, in the place of those that they look like. */
const twins = ['а', 'е', 'о', 'р', 'с', 'ѕ', 'і', 'ɑ', 'ı', 'ｅ', '０', 'ö', 'ḷ', 'ⅼ', 'ﬁ']
const around = ['unisw*p.org', '*pple.com', 'l*do.fi', 'metamas*.io', 'b*nk.example.co.uk']

const hosts = brands.flatMap((brand) =>
  inFront.flatMap((front) => own.map((name) => [`${front(brand)}${name}`, name] as const)),
)

test('two hundred names that imitate others are told by who registered them', () => {
  const lookAlikes = twins.flatMap((twin) => around.map((name) => name.replace('*', twin)))
  expect(hosts.length + lookAlikes.length).toBe(200)
  for (const [host, registrable] of hosts) {
    const view = siteView(new URL(`https://uniswap.org@${host}:8443/uniswap.org#x`).origin)
    expect({ host, ...view }).toMatchObject({ host, registrable, after: ':8443' })
    expect(`${view.before}${view.registrable}`).toBe(host)
  }
  for (const name of lookAlikes) {
    const { before, registrable } = siteView(new URL(`https://app.${name}`).origin)
    const shown = `${before}${registrable}`
    expect([name, shown]).toEqual([name, expect.stringMatching(/^[a-z0-9.-]+$/) as unknown])
    // Letters that are one to every browser are shown as that one, and no other ever is.
    const isPlain = /^[a-z0-9.]+$/.test(name.normalize('NFKC'))
    expect([name, shown.includes('xn--')]).toEqual([name, !isPlain])
  }
})
