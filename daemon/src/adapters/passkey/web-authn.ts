import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import { decodeAttestationObject } from '@simplewebauthn/server/helpers'
import type { Authenticator } from '../../ports/authenticator.ts'

/** ES256 and EdDSA, by their COSE numbers. */
const ALGORITHMS = [-7, -8]

/** @param set the origins of the settings, for devices that have none of their own. */
export function webAuthn(set: readonly string[]): Authenticator {
  /** One origin after the other, each with its own host, until a proof is for one of them. */
  async function first<T>(
    origin: string | undefined,
    prove: (place: ReturnType<typeof placeOf>) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    for (const one of origin === undefined ? set : [origin]) {
      // SECURITY: with all origins and hosts at once, a page of one could use a key of another. Test: src/adapters/passkey/web-authn.test.ts "of several origins each has its own host"
      const proved = await orNothing(() => prove(placeOf(one)))
      if (proved !== undefined) return proved
    }
    return undefined
  }

  return {
    made: (registration, challenge, origin) =>
      first(origin, async (place) => {
        const attestation = Uint8Array.from(registration.attestation)
        // SECURITY: a statement about the maker brings certificates, and their lists are fetched from hosts that it names. Test: src/adapters/passkey/web-authn.test.ts "a key with a statement about its maker is refused unread"
        if (decodeAttestationObject(attestation).get('fmt') !== 'none') return undefined
        const { verified, registrationInfo } = await verifyRegistrationResponse({
          ...place,
          expectedChallenge: text(challenge),
          supportedAlgorithmIDs: ALGORITHMS,
          response: {
            ...named(registration.credentialId),
            response: {
              attestationObject: text(attestation),
              clientDataJSON: text(registration.clientData),
            },
          },
        })
        if (!verified) return undefined
        const { id, publicKey, counter } = registrationInfo.credential
        // SECURITY: the id outside of what was verified must be the one inside. Test: src/adapters/passkey/web-authn.test.ts "a key under another id is refused"
        if (id !== text(registration.credentialId)) return undefined
        return { id: registration.credentialId, publicKey, counter }
      }),

    signed: (assertion, passkey, challenge) =>
      first(passkey.origin, async (place) => {
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          ...place,
          expectedChallenge: text(challenge),
          credential: {
            id: text(passkey.id),
            publicKey: Uint8Array.from(passkey.publicKey),
            counter: passkey.counter,
          },
          response: {
            ...named(assertion.credentialId),
            response: {
              authenticatorData: text(assertion.authenticatorData),
              clientDataJSON: text(assertion.clientData),
              signature: text(assertion.signature),
            },
          },
        })
        return verified ? authenticationInfo.newCounter : undefined
      }),
  }
}

/** A key belongs to the host of an origin; that of an extension to the whole of it, `chrome-extension://…`. */
const placeOf = (origin: string) => ({
  expectedOrigin: origin,
  expectedRPID: /^https?:/.test(origin) ? new URL(origin).hostname : origin,
  requireUserVerification: true,
})

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

const named = (credentialId: Uint8Array) => ({
  id: text(credentialId),
  rawId: text(credentialId),
  type: 'public-key' as const,
  clientExtensionResults: {},
})

/** The library throws for whatever is wrong with what a device sent. */
async function orNothing<T>(work: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await work()
  } catch {
    return undefined
  }
}
