import { type Intent, allIntents } from '@tandem/chains'
import { i18n } from '#i18n'
import { mainIntents } from './headline.ts'
import { assetsNamed } from './assets-named.ts'
import { type Telling, moneyOf, nameOf, plain } from './telling.ts'

/** Somebody whom a request names, in full. */
export type PartyRow = {
  readonly label: string
  readonly address: string
  /** What the wallet knows of them. */
  readonly note?: string
  readonly face: Face
  /** The address that it imitates: the groups in which it differs are marked. */
  readonly twin?: string
}

/** A face is earned: an account of ours has a number, a contact its first letter, others none. */
export type Face =
  | { readonly kind: 'own' | 'contact'; readonly mark: string }
  | { readonly kind: 'unknown' }

/** Everybody on whom the decision depends. */
export function partiesOfRequest(telling: Telling): PartyRow[] {
  const rows = allIntents(mainIntents(telling.explained.explanation.intents)).flatMap((intent) =>
    rowsOf(intent, telling),
  )
  rows.push(...assetsNamed(telling).map((address) => tokenRow(address, telling)))
  const unique = rows.filter(
    (row, at) => rows.findIndex(({ address }) => address === row.address) === at,
  )
  return unique.flatMap((row) => withTwin(row, telling))
}

/** The contract of something without a name: it is what the sentence is about. */
const tokenRow = (address: string, telling: Telling): PartyRow => ({
  label: i18n.t('approval.token'),
  address,
  ...knownAs(address, telling),
})

function rowsOf(intent: Intent, telling: Telling): PartyRow[] {
  const row = (label: string, address: string): PartyRow => ({
    label,
    address,
    ...knownAs(address, telling),
  })
  switch (intent.kind) {
    case 'transfer':
      if (intent.toOwn) return []
      return [row(i18n.t('approval.to'), intent.toOwner ?? intent.to)]
    case 'payment': {
      const sums = new Map<string, bigint>()
      for (const { to, address, amount } of intent.outputs)
        if (to === 'other' && address !== undefined)
          sums.set(address, (sums.get(address) ?? 0n) + amount)
      return [...sums].map(([address, amount], at) => {
        if (sums.size === 1) return row(i18n.t('approval.to'), address)
        const place = i18n.t('approval.toOf', [String(at + 1), String(sums.size)])
        const money = moneyOf(telling.network.native.asset, amount, telling)
        return row(`${place} · ${money}`, address)
      })
    }
    case 'approve':
      return [row(i18n.t('approval.spender'), intent.spender)]
    case 'revoke':
      return intent.spender === undefined ? [] : [row(i18n.t('approval.spender'), intent.spender)]
    case 'approve-all':
      return [row(i18n.t('approval.operator'), intent.operator)]
    case 'order':
      return intent.receives.flatMap(({ to, toOwn }) =>
        toOwn ? [] : [row(i18n.t('approval.payee'), to)],
      )
    case 'call':
      return [row(i18n.t(intent.touches ? 'approval.program' : 'approval.contract'), intent.target)]
    case 'create':
      return [row(i18n.t('detail.lives'), intent.address)]
    case 'upgrade':
      return [
        row(i18n.t('approval.contract'), intent.target),
        ...(intent.implementation === undefined
          ? []
          : [row(i18n.t('approval.code'), intent.implementation)]),
      ]
    case 'delegate':
      return /^0x0+$/.test(intent.to) ? [] : [row(i18n.t('approval.code'), intent.to)]
    case 'safe-transaction':
      return intent.operation === 'delegatecall'
        ? [row(i18n.t('approval.code'), intent.target)]
        : []
    case 'assign':
      return [
        row(i18n.t('approval.account'), intent.address),
        row(i18n.t('approval.newOwner'), intent.program),
      ]
    case 'set-authority':
      return [
        row(i18n.t('approval.account'), intent.address),
        ...(intent.to === undefined ? [] : [row(i18n.t('approval.newOwner'), intent.to)]),
      ]
    case 'close-account':
      return intent.toOwn ? [] : [row(i18n.t('approval.payee'), intent.to)]
    case 'batch':
    case 'sign-in':
    case 'message':
    case 'typed-data':
    case 'open-account':
    case 'advance-nonce':
    case 'burn':
    case 'mint':
    case 'freeze':
    case 'routine':
    case 'memo':
      return []
  }
}

function knownAs(address: string, telling: Telling): Pick<PartyRow, 'note' | 'face'> {
  const known = telling.explained.parties[address]
  if (!known) {
    const isStrange = telling.explained.concerns.some(({ subject }) => subject === address)
    return {
      face: { kind: 'unknown' },
      ...(isStrange && { note: i18n.t('approval.unknown') }),
    }
  }
  const { kind, name, paid = 0 } = known
  if (kind === 'own') return { face: { kind, mark: name }, note: i18n.t('approval.own', [name]) }
  if (kind === 'listed')
    return { face: { kind: 'unknown' }, note: i18n.t('approval.listed', [plain(name)]) }
  const times =
    paid > 0 ? i18n.t('approval.contactPaid', [String(paid)]) : i18n.t('approval.contact')
  return {
    face: { kind, mark: Array.from(plain(name))[0]?.toUpperCase() ?? '' },
    note: `${plain(name)} · ${times}`,
  }
}

/** What imitates somebody stands above the one that it imitates. */
function withTwin(row: PartyRow, telling: Telling): PartyRow[] {
  const { concerns, parties } = telling.explained
  const twin = concerns.find(({ code }) => code === 'twin')?.subject
  if (twin === undefined || parties[row.address] !== undefined) return [row]
  const real: PartyRow = {
    label: i18n.t('approval.imitated', [nameOf(twin, telling)]),
    address: twin,
    face: knownAs(twin, telling).face,
    twin: row.address,
  }
  return [{ ...row, twin, note: i18n.t('approval.unknown') }, real]
}
