/**
 * Passkeys that keep a secret (WebAuthn, extension `prf`): the authenticator makes it from a salt, each
 * time its person agrees.
 */
import { browser } from 'wxt/browser'
import type { LockPasskey } from '../../messages/passkey-lock.ts'

/** ES256 and EdDSA, by their COSE numbers. */
const ALGORITHMS = [-7, -8]

type Known = Pick<LockPasskey, 'credentialId' | 'salt'>

/** The passkey has no secret: another kind may have. */
export class NoSecret extends Error {
  override readonly name = 'NoSecret'
}

/** Firefox has no passkeys for pages of an extension. */
export const hasPasskeys = (): boolean =>
  browser.runtime.getURL('/').startsWith('chrome-extension:') && 'PublicKeyCredential' in window

export async function hasSecrets(): Promise<boolean> {
  if (!hasPasskeys() || !('getClientCapabilities' in PublicKeyCredential)) return false
  const can = await PublicKeyCredential.getClientCapabilities()
  return can['extension:prf'] === true
}

/**
 * Makes a passkey, unless the authenticator has one of `known`.
 *
 * @returns it with its secret, which the caller wipes. @throws {NoSecret}
 */
export async function makePrfPasskey(
  name: string,
  known: readonly Known[],
): Promise<Known & { readonly secret: Uint8Array }> {
  const salt = drawn(32)
  const made = await navigator.credentials.create({
    publicKey: {
      rp: { id: location.hostname, name: 'Tandem' },
      user: { id: drawn(16), name, displayName: name },
      challenge: drawn(32),
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
      excludeCredentials: known.map(named),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      attestation: 'none',
      extensions: { prf: { eval: { first: salt } } },
    },
  })
  if (!(made instanceof PublicKeyCredential)) throw new Error('no passkey was made')
  const credentialId = new Uint8Array(made.rawId)
  const { prf } = made.getClientExtensionResults()
  if (prf?.enabled !== true) throw new NoSecret()
  const passkey = { credentialId, salt }
  // Many authenticators give it only when they are asked again.
  const secret = prf.results ? bytesOf(prf.results.first) : (await askPrf([passkey])).secret
  return { ...passkey, secret }
}

/** The secret of one of them, which the caller wipes. @throws {NoSecret}, or when nobody gives one */
export async function askPrf(
  known: readonly Known[],
): Promise<{ readonly credentialId: Uint8Array; readonly secret: Uint8Array }> {
  const evalByCredential: Record<string, AuthenticationExtensionsPRFValues> = {}
  for (const { credentialId, salt } of known)
    evalByCredential[base64url(credentialId)] = { first: Uint8Array.from(salt) }
  const found = await navigator.credentials.get({
    publicKey: {
      rpId: location.hostname,
      challenge: drawn(32),
      allowCredentials: known.map(named),
      userVerification: 'required',
      extensions: { prf: { evalByCredential } },
    },
  })
  if (!(found instanceof PublicKeyCredential)) throw new Error('no passkey was given')
  const { results } = found.getClientExtensionResults().prf ?? {}
  if (!results) throw new NoSecret()
  return { credentialId: new Uint8Array(found.rawId), secret: bytesOf(results.first) }
}

const drawn = (length: number) => crypto.getRandomValues(new Uint8Array(length))

const named = ({ credentialId }: Known): PublicKeyCredentialDescriptor => ({
  type: 'public-key',
  id: Uint8Array.from(credentialId),
})

/** The same memory, so that wiping it leaves no copy. */
const bytesOf = (source: BufferSource): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source)

function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
