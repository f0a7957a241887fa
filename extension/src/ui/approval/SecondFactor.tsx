import { useId } from 'react'
import { i18n } from '#i18n'
import type { Proof } from '../../messages/proof.ts'
import { Field } from '../parts/Field.tsx'
import { leftOf } from '../words/time.ts'
import { useClock } from './use-clock.ts'

export type FactorKind = 'operator' | 'passkey' | 'code'

type Props = {
  readonly kinds: readonly FactorKind[]
  readonly kind: FactorKind
  readonly onKind: (kind: FactorKind) => void
  readonly code: string
  readonly onCode: (code: string) => void
  /** By which the co-signer's screen tells requests apart. It proves nothing. */
  readonly number: string
  readonly expiresAt: number
  readonly state: 'checking' | 'wrong' | 'no-passkey' | 'no-answer' | undefined
}

/** Which second factor, and the place for a code. Six digits alone submit nothing. */
export function SecondFactor(props: Props) {
  const { kinds, kind, onKind, code, onCode, number, expiresAt, state } = props
  const name = useId()
  const now = useClock(1000, kind === 'operator')
  return (
    <>
      <p className="mt-3 text-ink2">{i18n.t('second.pick')}</p>
      <fieldset className="mt-3 divide-y divide-line rounded-card border border-line bg-surface">
        <legend className="sr-only">{i18n.t('second.title')}</legend>
        {kinds.map((one) => (
          <label key={one} className="flex min-h-12 cursor-pointer items-center gap-3 px-3 py-2">
            <input
              type="radio"
              name={name}
              checked={one === kind}
              onChange={() => onKind(one)}
              className="size-4 accent-ink"
            />
            <span className="min-w-0">
              <span className="block font-semibold">{labels[one]()}</span>
              <span className="block text-small text-ink3">{hints[one]()}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {kind === 'code' && (
        <Field
          id={`${name}-code`}
          className="mt-4"
          label={i18n.t('second.code')}
          value={code}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={8}
          onChange={({ currentTarget }) => onCode(currentTarget.value.replaceAll(/[^0-9]/g, ''))}
        />
      )}
      <p role="status" className="mt-3 text-ink2">
        {kind === 'operator'
          ? i18n.t('second.waiting', [number, leftOf(expiresAt - now)])
          : state === 'checking'
            ? i18n.t('second.checking')
            : ''}
      </p>
      <p role="alert" className="text-deny">
        {state === undefined || state === 'checking' ? '' : troubles[state]()}
      </p>
    </>
  )
}

const troubles = {
  wrong: () => i18n.t('second.wrong'),
  'no-passkey': () => i18n.t('second.passkeyFailed'),
  'no-answer': () => i18n.t('second.noAnswer'),
} as const

const labels: Readonly<Record<FactorKind, () => string>> = {
  operator: () => i18n.t('second.operator'),
  passkey: () => i18n.t('second.passkey'),
  code: () => i18n.t('second.code'),
}

const hints: Readonly<Record<FactorKind, () => string>> = {
  operator: () => i18n.t('second.operatorText'),
  passkey: () => i18n.t('second.passkeyText'),
  code: () => i18n.t('second.codeText'),
}

/**
 * An answer of the authenticator to what the verdict asks. Nothing: nobody gave one.
 *
 * @param known those that this browser offered to the co-signer; without any, the person picks.
 */
export async function passkeyProof(
  challenge: Uint8Array,
  known: readonly Uint8Array[],
): Promise<Proof | undefined> {
  try {
    const found = await navigator.credentials.get({
      publicKey: {
        rpId: location.hostname,
        challenge: new Uint8Array(challenge),
        allowCredentials: known.map((id) => ({ type: 'public-key', id: Uint8Array.from(id) })),
        userVerification: 'required',
      },
    })
    if (!(found instanceof PublicKeyCredential)) return undefined
    const { response } = found
    if (!(response instanceof AuthenticatorAssertionResponse)) return undefined
    return {
      kind: 'passkey',
      credentialId: new Uint8Array(found.rawId),
      authenticatorData: new Uint8Array(response.authenticatorData),
      clientData: new Uint8Array(response.clientDataJSON),
      signature: new Uint8Array(response.signature),
    }
  } catch {
    return undefined
  }
}
