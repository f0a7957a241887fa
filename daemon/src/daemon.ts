import { hexToBytes } from '@noble/hashes/utils.js'
import { type Chain, DECODERS, type Network } from '@tandem/chains'
import { backUp } from './back-up.ts'
import type { Config } from './config.ts'
import { boot, isSetUp } from './core/boot.ts'
import { connectionHall } from './core/connection-hall.ts'
import { codes as authenticatorCodes } from './core/factors/code.ts'
import { factors } from './core/factors/factors.ts'
import { lostApp } from './core/factors/lost-app.ts'
import { passkeys } from './core/factors/passkeys.ts'
import { limits } from './core/limits/limits.ts'
import { inTurn } from './core/log/in-turn.ts'
import { failuresOf } from './core/observing/failures.ts'
import { observe } from './core/observing/observe.ts'
import { timed } from './core/observing/timed.ts'
import type { Caller } from './core/operator/caller.ts'
import { OperatorError } from './core/operator/errors.ts'
import { backups } from './core/operator/backing-up.ts'
import { followed } from './core/operator/follow.ts'
import type { Inside } from './core/operator/inside.ts'
import type { Command, Status } from './core/operator/messages.ts'
import { operate, standing } from './core/operator/operator.ts'
import { screens } from './core/operator/screens.ts'
import { pairing } from './core/pairing.ts'
import type { Parts } from './core/parts.ts'
import { defaultDocument } from './core/policy/default.ts'
import { keptNetworks } from './core/networks/kept-networks.ts'
import { keptPolicy } from './core/policy/kept-policy.ts'
import { sealedProbe } from './core/probe.ts'
import { setAllBack } from './core/restore.ts'
import { retention } from './core/retention/retention.ts'
import { wallets } from './core/wallets.ts'
import { NotSetUpError } from './errors.ts'
import { requireDatabase, socketOf } from './folder.ts'
import { settledSealing } from './next-sealing.ts'
import type { Authenticator } from './ports/authenticator.ts'
import type { AuthenticatorApp } from './ports/authenticator-app.ts'
import type { Clock } from './ports/clock.ts'
import type { Ceremonies } from './ports/ceremonies.ts'
import type { Entropy } from './ports/entropy.ts'
import { type KeyWrap, KeyWrapError } from './ports/key-wrap.ts'
import type { LogLines } from './ports/log-lines.ts'
import type { Metrics } from './ports/metrics.ts'
import type { PassphraseFile } from './ports/passphrase-file.ts'
import type { PolicyText } from './ports/policy-text.ts'
import { CounterError, type RollbackCounter } from './ports/rollback-counter.ts'
import { StoreError } from './ports/store.ts'
import type { Transport } from './ports/transport.ts'
import { type Sealing, storedSecret } from './sealing.ts'
import type { StoreFile } from './store-file.ts'
import { version } from './version.ts'

/** What a daemon needs of the world; main.ts picks it. */
export type Outside = {
  readonly entropy: Entropy
  readonly ceremonies: Ceremonies
  readonly policyText: PolicyText
  /** What a file says. @throws {PolicyTextError} it cannot be read, or others can write it. */
  policyFile(path: string): string
  readonly now: () => Date
  /** @param failed what the work of a timer failed with: the process must end. */
  clock(failed: (error: unknown) => void): Clock
  /** @param name of a database that is not the daemon's own. @throws {StoreError} */
  openStore(folder: string, name?: string): StoreFile
  /** Of a daemon that does not run. @throws {StoreError} */
  examineStore(folder: string): {
    readonly sqlite: string
    readonly version: number
    readonly newest: number
    readonly integrity: string
  }
  readonly passphraseFile: PassphraseFile
  /** @throws {KeyWrapError} */
  openKeys(folder: string, sealing: Sealing, secret: Uint8Array | undefined): Promise<KeyWrap>
  /** @returns the sealing with what became known of it. */
  makeKeys(folder: string, sealing: Sealing, secret: Uint8Array | undefined): Promise<Sealing>
  /** What counts the starts where no copy of the folder reaches; not every machine has it. */
  counterOf(sealing: Sealing): RollbackCounter | undefined
  /** @throws {CounterError} */
  renewCounter(sealing: Sealing): Promise<void>
  /** The best that this machine has, and why. */
  bestSealing(
    secret: 'person' | 'file' | 'nobody',
  ): Promise<{ readonly sealing: Sealing; readonly why: string }>
  /** What stands between a key and its use; nothing when all is there. */
  probe(
    folder: string,
    sealing: Sealing,
  ): Promise<{ readonly found: string; readonly fix: string } | undefined>
  chain(of: Network): Chain
  /** Listens for devices. */
  readonly serve: Transport
  /** Listens for the command line. */
  listen(
    path: string,
    operate: (command: Command, caller: Caller) => Promise<unknown>,
    failed: (error: unknown) => void,
  ): Promise<{ close(): Promise<void> }>
  readonly app: AuthenticatorApp
  webAuthn(origins: readonly string[]): Authenticator
  openLines(settings: Config['log']): LogLines
  measure(folder: string): Promise<Metrics & { text(): Promise<string> }>
  /** For a daemon whose figures nobody can read. */
  readonly unmeasured: Metrics
  serveHealth(
    port: number,
    health: {
      readonly isSealed: () => boolean
      readonly probe: () => Promise<boolean>
      readonly metrics: () => Promise<string>
    },
    now: () => number,
  ): Promise<{ readonly port: number; close(): Promise<void> }>
}

/** A daemon that answers its control socket; devices, once it is unsealed. */
export type Running = {
  status(): Promise<Status>
  close(): Promise<void>
}

/**
 * Starts a daemon that was set up. Without its PIN or passphrase, or without its key, it is there and
 * sealed: it never makes another key.
 *
 * @param end what nobody can go on after: the process must end.
 * @throws {StoreError} `busy` another process runs on this folder.
 */
export async function start(
  out: Outside,
  config: Config,
  known: Sealing,
  credentials: string | undefined,
  end: (error: unknown) => void,
): Promise<Running> {
  const { folder } = config
  requireDatabase(folder)
  const lines = out.openLines(config.log)
  const { port } = config.health
  const measured = port === undefined ? undefined : await out.measure(folder)
  const metrics = measured ?? out.unmeasured
  const fatal = (error: unknown) => {
    lines.say({ event: 'ended', level: 'error', failures: failuresOf(error) })
    end(error)
  }
  const raw = out.openStore(folder)
  const sealing = await settledSealing(raw, config, known)
  let sealed: { code: string; message: string } | undefined
  let open: Awaited<ReturnType<typeof unseal>> | undefined
  const turn = inTurn()
  const { after } = out.clock(fatal)
  let stopWaiting = () => {}
  let waitMs = SOON_MS
  let isOver = false

  async function tryUnseal(secret: Uint8Array | undefined, anew = false): Promise<void> {
    try {
      open ??= await unseal(out, config, sealing, raw, { secret, anew }, fatal, { lines, metrics })
      sealed = undefined
      stopWaiting()
      metrics.set('sealed', 0)
      lines.say({ event: 'unsealed', level: 'info', what: sealing.kind })
    } catch (error) {
      if (!isSealed(error)) throw error
      const before = sealed?.code
      sealed = { code: codeOf(error), message: error.message }
      metrics.set('sealed', 1)
      if (sealed.code !== before)
        lines.say({ event: 'sealed', level: 'warn', failures: failuresOf(error) })
    }
  }

  /** With the PIN or passphrase that is stored, where there is one; the next try comes by itself. */
  async function tryAlone(): Promise<void> {
    const secret = storedSecret(sealing, credentials)
    try {
      await turn(() => tryUnseal(secret))
    } finally {
      secret?.fill(0)
    }
    if (isOver || !sealed || !comesBack.has(sealed.code)) return
    stopWaiting = after(waitMs, tryAlone)
    waitMs = Math.min(2 * waitMs, LATE_MS)
  }

  async function status(): Promise<Status> {
    return {
      version,
      folder,
      sealing: sealing.kind,
      ...(sealed && { sealed }),
      ...(open && { open: await standing(open.inside) }),
    }
  }

  async function answer(command: Command, caller: Caller): Promise<unknown> {
    if (command.command === 'status') return status()
    if (open) return operate(open.inside, command, caller).catch(whileSealed)
    if (command.command !== 'unseal')
      throw new OperatorError('sealed', sealed?.message ?? 'it is sealed')
    // One at a time: two right answers must not open it twice.
    await turn(() => tryUnseal(caller.secret, command.anew))
    if (!sealed) return status()
    throw new OperatorError(errorOf(sealed.code), sealed.message)
  }

  try {
    if (!(await isSetUp(raw))) throw new NotSetUpError(`${folder} holds no co-signer`)
    await tryAlone()
    const control = await out.listen(socketOf(folder), answer, report(fatal, lines))
    const health =
      port === undefined
        ? undefined
        : await out.serveHealth(
            port,
            {
              isSealed: () => !open,
              probe: async () => (await open?.probe()) === true,
              metrics: async () => (await measured?.text()) ?? '',
            },
            () => out.now().getTime(),
          )
    if (health) lines.say({ event: 'health', level: 'info', port: health.port })
    return {
      status,
      async close() {
        isOver = true
        stopWaiting()
        await turn(() => Promise.resolve())
        await health?.close()
        await control.close()
        await open?.close()
        await raw.close()
      },
    }
  } catch (error) {
    stopWaiting()
    await open?.close()
    await raw.close()
    throw error
  }
}

/** How long until it is tried again whether what went away is back: at first, and at most. */
const SOON_MS = 2_000
const LATE_MS = 60_000
/** A token that is not all there yet can look like one without our key. */
const comesBack = new Set(['gone', 'key-missing'])

/** Opens the secrets and lets devices in. */
async function unseal(
  out: Outside,
  config: Config,
  sealing: Sealing,
  raw: StoreFile,
  given: { readonly secret: Uint8Array | undefined; readonly anew: boolean },
  fatal: (error: unknown) => void,
  { lines, metrics }: { readonly lines: LogLines; readonly metrics: Metrics },
): Promise<{ readonly inside: Inside; probe(): Promise<boolean>; close(): Promise<void> }> {
  const { entropy, ceremonies } = out
  const { now, after, span } = out.clock(fatal)
  const keys = await out.openKeys(config.folder, sealing, given.secret)
  const closing = async (error: unknown): Promise<never> => {
    await keys.close()
    throw error
  }
  const probe = await sealedProbe(keys, entropy).catch(closing)
  if (given.anew) await out.renewCounter(sealing).catch(closing)
  const counter = out.counterOf(sealing)
  const counting = { ...(counter && { counter }), anew: given.anew }
  const booted = await boot(raw, keys, entropy, {
    version,
    now,
    counting,
    upgrading: () => lines.say({ event: 'upgrading', level: 'info' }),
  }).catch(closing)
  const { store, follow } = followed(timed(booted.store, metrics))
  const policy = await keptPolicy({ store, text: out.policyText, now, after }, () =>
    out.policyText.write(defaultDocument()),
  ).catch(closing)
  follow(observe(lines, metrics))
  const networks = await keptNetworks(
    { store, now, chainOf: (of) => out.chain(of) },
    config.chains,
  ).catch(closing)
  const screen = screens()
  const appCodes = authenticatorCodes({ store, keys, entropy, app: out.app, now })
  const lost = await lostApp({ store, codes: appCodes, now, after }).catch(closing)
  const parts: Parts = {
    ...booted,
    store,
    keys,
    entropy,
    ceremonies,
    chain: (id) => networks.chain(id),
    get chains() {
      return networks.ids()
    },
    policy,
    factors: factors(
      appCodes,
      passkeys({ store, authenticator: out.webAuthn(config.listen.origins), now }),
    ),
    metrics,
    limits: limits(config.listen.frames_per_second, { now, after }),
    now,
    after,
    ...(span && { span }),
    version,
    screen,
    allowWithoutBackup: config.wallets_without_phrase,
    decoders: hexToBytes(DECODERS),
  }
  const registry = wallets(parts)
  if (booted.older) {
    await setAllBack(parts, registry, 'again')
    await booted.older.settle()
  }
  const codes = pairing(entropy, now)
  const kept = retention(parts, registry, config.requests.keep_days)
  const stopWaiting = async () => {
    policy.close()
    lost.close()
    await kept.close()
  }
  const { host, port, origins, hosts, reached_at } = config.listen
  const server = await out
    .serve(
      { host, port, origins, hosts: [...hosts, ...(reached_at === undefined ? [] : [reached_at])] },
      connectionHall(parts, registry, codes, fatal),
      after,
    )
    .catch(async (error: unknown) => {
      await stopWaiting()
      return closing(error)
    })
  const address = `${host}:${server.port}`
  return {
    inside: {
      parts,
      registry,
      codes,
      screens: screen,
      follow,
      lostApp: lost,
      networks,
      self: selfOf(raw, now),
      backups: backups(parts, (secret) =>
        backUp(out, config.folder, { raw, keys, root: booted.root }, secret),
      ),
      address,
      reachedAt: reached_at ?? address,
    },
    probe,
    async close() {
      await stopWaiting()
      await server.close()
      await keys.close()
    },
  }
}

/** Whether a daemon without this can still be there, and say so. */
function isSealed(error: unknown): error is KeyWrapError | CounterError | StoreError {
  if (error instanceof KeyWrapError || error instanceof CounterError) return true
  return error instanceof StoreError && error.code === 'damaged'
}

/** A counter that does not answer is as good as a TPM that does not. */
function codeOf(error: KeyWrapError | CounterError | StoreError): string {
  const isOfCounter = error instanceof CounterError && error.code !== 'gone'
  return isOfCounter ? `counter-${error.code}` : error.code
}

function errorOf(code: string): 'wrong-secret' | 'locked' | 'damaged' | 'sealed' {
  if (code === 'wrong-pin') return 'wrong-secret'
  if (code === 'locked' || code === 'damaged') return code
  return 'sealed'
}

/** What the daemon that runs says of its own process. */
function selfOf(raw: StoreFile, now: () => Date): Inside['self'] {
  const started = now().getTime() - performance.now()
  return () => ({
    pid: process.pid,
    moved: Math.round(now().getTime() - performance.now() - started),
    ...raw.facts(),
  })
}

/** The key can go away while it is unsealed: then this command cannot be done, and others can. */
function whileSealed(error: unknown): never {
  if (error instanceof KeyWrapError) throw new OperatorError('sealed', error.message)
  throw error
}

/** A store that failed is the end; a command that failed is not. */
function report(fatal: (error: unknown) => void, lines: LogLines): (error: unknown) => void {
  return (error) => {
    if (error instanceof StoreError) fatal(error)
    else lines.say({ event: 'failed', level: 'error', failures: failuresOf(error) })
  }
}
