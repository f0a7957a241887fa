/** A page that the browser puts aside when its person goes on, and takes out when they come back. */
import { mkdtempSync, rmSync } from 'node:fs'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, launch } from '../browser/chromium.ts'

/**
 * Goes on by itself once its wallet has answered, and says what it has when it was taken out: whoever
 * drives a browser loses sight of a page that was put aside.
 */
const page = `<!doctype html><title>A site</title><script>
let provider
addEventListener('eip6963:announceProvider', ({ detail }) => (provider ??= detail.provider))
dispatchEvent(new Event('eip6963:requestProvider'))
const ask = () => provider.request({ method: 'eth_chainId' })
onpageshow = async ({ persisted }) => {
  const chain = await ask()
  if (persisted) await fetch('/told?' + chain)
  else location.href = '/elsewhere'
}
</script>`
const elsewhere = `<!doctype html><title>Elsewhere</title><script>
onpageshow = () => setTimeout(() => history.back())
</script>`

describe.skipIf(!hasChromium)('a page that is taken out of the cache of the browser', () => {
  const profile = mkdtempSync(join(tmpdir(), 'tandem-profile-'))
  const told = Promise.withResolvers<string>()
  const loads: string[] = []
  let server: Server
  let context: BrowserContext

  beforeAll(async () => {
    server = createServer(({ url = '' }, response) => {
      loads.push(url)
      if (url.startsWith('/told')) told.resolve(url)
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(url === '/elsewhere' ? elsewhere : page)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const cache = ['--disable-back-forward-cache']
    context = await launch(process.env['TANDEM_EXTENSION'] ?? '', profile, cache)
  })

  afterAll(async () => {
    await context.close()
    server.closeAllConnections()
    server.close()
    rmSync(profile, { recursive: true, force: true })
  })

  test('has a wallet again', async () => {
    const opened = await context.newPage()
    const { port } = server.address() as AddressInfo
    void opened.goto(`http://127.0.0.1:${port}/`).catch(() => undefined)
    expect(await told.promise).toBe('/told?0xaa36a7')
    // The fault: it is the document of before, and was not loaded again.
    expect(loads.filter((url) => url === '/')).toHaveLength(1)
  })
})
