import type { PasskeyOffer } from '../../messages/cosigner.ts'

/** ES256 and EdDSA, by their COSE numbers: what a co-signer verifies. */
const ALGORITHMS = [-7, -8]

/**
 * Makes a passkey of this extension for a challenge. It is kept with its name, so that it is found
 * again without anybody naming it, and says nothing of who made the authenticator.
 *
 * @throws when the person, or the browser, says no.
 */
export async function makePasskey(
  name: string,
  challenge: Uint8Array,
): Promise<Pick<PasskeyOffer, 'credentialId' | 'attestation' | 'clientData'>> {
  const made = await navigator.credentials.create({
    publicKey: {
      rp: { id: location.hostname, name: 'Tandem' },
      user: { id: crypto.getRandomValues(new Uint8Array(16)), name, displayName: name },
      challenge: Uint8Array.from(challenge),
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
    },
  })
  if (
    !(made instanceof PublicKeyCredential) ||
    !(made.response instanceof AuthenticatorAttestationResponse)
  )
    throw new Error('no passkey was made')
  return {
    credentialId: new Uint8Array(made.rawId),
    attestation: new Uint8Array(made.response.attestationObject),
    clientData: new Uint8Array(made.response.clientDataJSON),
  }
}
