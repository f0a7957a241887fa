import pkcs11, { type Handle } from 'pkcs11js'
import { KeyWrapError } from '../../../ports/key-wrap.ts'
import { type Module, answerOf } from './module.ts'

/** A token as it names itself. Labels are chosen by anybody; the serial number is the maker's. */
export type Token = { readonly label: string; readonly serial: string }

/** The tokens that are there now. */
export function tokensOf(module: Module): (Token & { readonly slot: Handle })[] {
  module.begin()
  const { calls } = module
  return calls.C_GetSlotList(true).flatMap((slot) => {
    try {
      const { label, serialNumber, flags } = calls.C_GetTokenInfo(slot)
      if ((flags & pkcs11.CKF_TOKEN_INITIALIZED) === 0) return []
      return [{ slot, label: label.trimEnd(), serial: serialNumber.trimEnd() }]
    } catch {
      // A slot whose token is just being pulled out has none.
      return []
    }
  })
}

/** @throws {KeyWrapError} `gone` */
export function slotOf(module: Module, { label, serial }: Token): Handle {
  const tokens = listed(module)
  const [found, ...more] = tokens.filter(
    (token) => token.serial === serial && token.label === label,
  )
  // SECURITY: whoever can plug in a token can also name it like ours. Test: src/adapters/key-wrap/pkcs11/pkcs11.test.ts "another token with the same label is refused"
  if (!found) throw absent({ label, serial }, tokens)
  if (more.length > 0)
    throw new KeyWrapError('failed', `several tokens have the serial number ${serial}`)
  return found.slot
}

function listed(module: Module) {
  try {
    return tokensOf(module)
  } catch (cause) {
    if (cause instanceof KeyWrapError) throw cause
    throw new KeyWrapError('gone', 'the PKCS#11 library lists no tokens', cause)
  }
}

function absent({ label, serial }: Token, tokens: readonly Token[]): KeyWrapError {
  const other = tokens.find((token) => token.label === label)
  return new KeyWrapError(
    'gone',
    other
      ? `the token ${label} is another one: expected serial number ${serial}, found ${other.serial}`
      : `the token ${label} (${serial}) is not there`,
  )
}

/** A session of the token's user. @throws {KeyWrapError} `wrong-pin`, `locked`, `gone` */
export function logIn(module: Module, slot: Handle, pin: Uint8Array, flags = 0): Handle {
  const { calls } = module
  let session: Handle | undefined
  try {
    session = calls.C_OpenSession(slot, pkcs11.CKF_SERIAL_SESSION | flags)
    present(module, session, pin)
    return session
  } catch (cause) {
    if (session) closeSession(module, session)
    throw loginError(answerOf(cause), cause)
  }
}

/** Also when somebody in this process is logged in already: any PIN would do then. */
function present({ calls }: Module, session: Handle, pin: Uint8Array): void {
  // The binding takes text only: this copy of the PIN lives until the collector takes it.
  const text = new TextDecoder().decode(pin)
  try {
    calls.C_Login(session, pkcs11.CKU_USER, text)
  } catch (cause) {
    if (answerOf(cause) !== 'CKR_USER_ALREADY_LOGGED_IN') throw cause
    calls.C_Logout(session)
    calls.C_Login(session, pkcs11.CKU_USER, text)
  }
}

function loginError(answer: string, cause: unknown): KeyWrapError {
  switch (answer) {
    case 'CKR_PIN_INCORRECT':
    case 'CKR_PIN_INVALID':
    case 'CKR_PIN_LEN_RANGE':
      return new KeyWrapError('wrong-pin', 'the token refuses this PIN', cause)
    case 'CKR_PIN_LOCKED':
      return new KeyWrapError('locked', 'the token is locked after too many wrong PINs', cause)
    default:
      return new KeyWrapError('gone', `the token opens no session: ${answer}`, cause)
  }
}

/** Does nothing when it is closed already. */
export function closeSession({ calls }: Module, session: Handle): void {
  try {
    calls.C_CloseSession(session)
  } catch {
    // It went with its token.
  }
}
