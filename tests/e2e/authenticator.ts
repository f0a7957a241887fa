/** An authenticator that the browser makes up (WebAuthn over the debugger), for one page. */
import type { Page } from 'playwright-core'

export type Credential = {
  readonly credentialId: string
  readonly isResidentCredential: boolean
  readonly rpId?: string
  readonly privateKey: string
  readonly signCount: number
  readonly userHandle?: string
}

export type Authenticator = {
  credentials(): Promise<readonly Credential[]>
  /** The same key at another page, which has an authenticator of its own. */
  add(credential: Credential): Promise<void>
  /** Its person takes the finger away, as often as it asks. After that it is blocked. */
  refuse(): Promise<void>
  /** It is gone, with all that it knew. */
  remove(): Promise<void>
}

export async function authenticator(page: Page): Promise<Authenticator> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    async credentials() {
      const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId })
      return credentials
    },
    async add(credential) {
      await session.send('WebAuthn.addCredential', { authenticatorId, credential })
    },
    async refuse() {
      await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    },
    async remove() {
      await session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
    },
  }
}
