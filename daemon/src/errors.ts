/** There is nothing to start: the folder holds no daemon. */
export class NotSetUpError extends Error {
  override readonly name = 'NotSetUpError'
}

/** The folder holds a daemon, or what is left of one: nothing in it is written over. */
export class AlreadySetUpError extends Error {
  override readonly name = 'AlreadySetUpError'
}

/** A file with a secret that others can read. */
export class OpenSecretError extends Error {
  override readonly name = 'OpenSecretError'
}

/** A file of the folder that is not as it was written. */
export class DamagedFileError extends Error {
  override readonly name = 'DamagedFileError'
}
