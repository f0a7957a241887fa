import type { Command } from './command.ts'
import { approve } from './commands/approve.ts'
import { audit } from './commands/audit.ts'
import { backup } from './commands/backup.ts'
import { config } from './commands/config.ts'
import { devices } from './commands/devices.ts'
import { doctor } from './commands/doctor.ts'
import { init } from './commands/init.ts'
import { network } from './commands/network.ts'
import { pair } from './commands/pair.ts'
import { policy } from './commands/policy.ts'
import { reseal } from './commands/reseal.ts'
import { restore } from './commands/restore.ts'
import { rotate } from './commands/rotate.ts'
import { secondFactor } from './commands/second-factor.ts'
import { start } from './commands/start.ts'
import { unseal } from './commands/unseal.ts'
import { wallet } from './commands/wallet.ts'
import { wallets } from './commands/wallets.ts'

/** Every command, in the order in which a person meets it. */
export const commands: readonly Command[] = [
  init,
  start,
  pair,
  wallet,
  secondFactor,
  restore,
  unseal,
  approve,
  wallets,
  devices,
  network,
  rotate,
  backup,
  reseal,
  policy,
  audit,
  config,
  doctor,
]
