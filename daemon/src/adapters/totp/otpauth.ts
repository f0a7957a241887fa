import { Secret, TOTP } from 'otpauth'
import type { AuthenticatorApp } from '../../ports/authenticator-app.ts'

const PERIOD_S = 30
const terms = { algorithm: 'SHA1', digits: 6, period: PERIOD_S } as const

export const otpauth: AuthenticatorApp = {
  stepOf(secret, code, at) {
    const timestamp = at.getTime()
    const delta = TOTP.validate({
      ...terms,
      secret: secretOf(secret),
      token: code,
      timestamp,
      window: 1,
    })
    return delta === null ? undefined : TOTP.counter({ period: PERIOD_S, timestamp }) + delta
  },
  link: (secret) =>
    new TOTP({
      ...terms,
      issuer: 'Tandem',
      label: 'co-signer',
      secret: secretOf(secret),
    }).toString(),
}

const secretOf = (secret: Uint8Array) => new Secret({ buffer: Uint8Array.from(secret).buffer })
