/** How a command ends, for scripts. `tandem help exit-codes` prints it. */
export const exitCodes = {
  ok: [0, 'done'],
  no: [1, 'the answer is no: refused, expired, not found, not as it should be'],
  usage: [2, 'the command line is wrong'],
  'no-daemon': [3, 'no co-signer is running on this folder'],
  sealed: [4, 'the co-signer is sealed: its PIN, passphrase or key is missing'],
  settings: [5, 'a setting, a file or a folder is wrong or open to others'],
  'not-set-up': [6, 'the folder holds no co-signer yet, or one already'],
  busy: [7, 'another co-signer is running on this folder'],
  internal: [70, 'Tandem itself failed'],
  interrupted: [130, 'you pressed Ctrl-C'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>

export type Ending = keyof typeof exitCodes
