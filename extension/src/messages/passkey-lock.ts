/** A passkey that opens this browser, beside the password. */
export type LockPasskey = {
  readonly credentialId: Uint8Array
  readonly name: string
  /** When it was added. */
  readonly at: number
  /** What its secret is asked for, 32 bytes: another one for each passkey. */
  readonly salt: Uint8Array
}

/** A passkey that a screen made. Its secret is handed over beside this (handed-over.ts). */
export type NewLockPasskey = Pick<LockPasskey, 'credentialId' | 'name' | 'salt'> & {
  /** Whoever adds a way in must have one. */
  readonly password: string
  /** Under which the secret is taken. */
  readonly handed: string
}

/** What opens this browser, beside unlocking. */
export type LockCalls = {
  /** The key of the vault, and every passkey, stay. @throws {EngineError} `password`, `wait` */
  changePassword(before: string, after: string): Promise<void>
  /** @throws {EngineError} `password`, `wait` */
  requirePassword(password: string): Promise<void>
  /** Also of a locked wallet: they are no secret. */
  lockPasskeys(): Promise<readonly LockPasskey[]>
  /** @throws {EngineError} `password`, `wait` */
  addLockPasskey(passkey: NewLockPasskey): Promise<void>
  /** The password stays. */
  removeLockPasskey(credentialId: Uint8Array): Promise<void>
}
