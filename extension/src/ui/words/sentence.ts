import type { Approve, Intent, Order, Payment } from '@tandem/chains'
import { i18n } from '#i18n'
import { type Telling, moneyOf, nameOf, plain, symbolOf } from './telling.ts'
import { dayOfSeconds } from './time.ts'

/** What one intent does, as the beginning of a sentence. */
export function sentence(intent: Intent, telling: Telling): string {
  const money = (asset: string, amount: bigint) => moneyOf(asset, amount, telling)
  const name = (address: string) => nameOf(address, telling)
  switch (intent.kind) {
    case 'transfer':
      if (!intent.fromOwn)
        return i18n.t('does.take', [money(intent.asset, intent.amount), name(intent.from)])
      if (intent.toOwn) return i18n.t('does.sendOwn', [money(intent.asset, intent.amount)])
      if (intent.by === 'signature')
        return i18n.t('does.sendSigned', [
          money(intent.asset, intent.amount),
          name(intent.toOwner ?? intent.to),
        ])
      return sending(money(intent.asset, intent.amount), intent.toOwner ?? intent.to, telling)
    case 'approve':
      return approving(intent, telling)
    case 'approve-all':
      return i18n.t('does.approveCollection', [
        name(intent.operator),
        symbolOf(intent.collection, telling),
      ])
    case 'revoke':
      if (intent.what === 'delegation') return i18n.t('does.undelegate')
      return intent.spender === undefined
        ? i18n.t('does.revokeAll', [symbolOf(intent.asset, telling)])
        : i18n.t('does.revoke', [name(intent.spender), symbolOf(intent.asset, telling)])
    case 'order':
      return ordering(intent, telling)
    case 'call':
      return intent.touches
        ? i18n.t('does.unknownSolana', [String(intent.touches.length)])
        : i18n.t('does.unknown', [name(intent.target)])
    case 'create':
      return i18n.t('does.create', [telling.network.name])
    case 'upgrade':
      return i18n.t('does.upgrade', [name(intent.target)])
    case 'delegate':
      if (/^0x0+$/.test(intent.to)) return i18n.t('does.undelegate')
      return intent.chainId === 0n
        ? i18n.t('does.delegateEvery', [name(intent.to)])
        : i18n.t('does.delegate', [name(intent.to), telling.network.name])
    case 'safe-transaction':
      return intent.operation === 'delegatecall'
        ? i18n.t('does.delegatecall')
        : i18n.t('does.safe', [lowered(sentence(intent.inner, telling))])
    case 'batch':
      return intent.steps[0] ? sentence(intent.steps[0], telling) : i18n.t('does.memo')
    case 'sign-in':
      return i18n.t('does.signIn', [plain(intent.domain)])
    case 'message':
      return i18n.t(intent.text === undefined ? 'does.typedUnreadable' : 'does.message', [
        telling.host,
      ])
    case 'typed-data':
      return i18n.t('does.typed', [plain(intent.primaryType), telling.host])
    case 'payment':
      return paying(intent, telling)
    case 'open-account':
      return i18n.t('does.open')
    case 'close-account':
      return i18n.t('does.close')
    case 'assign':
      return i18n.t('does.assign', [name(intent.address)])
    case 'set-authority':
      return i18n.t('does.authority', [name(intent.address)])
    case 'advance-nonce':
    case 'routine':
      return i18n.t('does.routine', [plain('name' in intent ? intent.name : intent.kind)])
    case 'burn':
      return i18n.t('does.burn', [money(intent.asset, intent.amount)])
    case 'mint':
      return i18n.t('does.mint', [money(intent.asset, intent.amount)])
    case 'freeze':
      return i18n.t(intent.frozen ? 'does.freeze' : 'does.thaw', [name(intent.address)])
    case 'memo':
      return i18n.t('does.memo')
  }
}

/** To whom: somebody who is known, who imitates somebody, or whom the wallet has never paid. */
function sending(amount: string, to: string, telling: Telling): string {
  const { concerns, parties } = telling.explained
  if (parties[to]) return i18n.t('does.send', [amount, nameOf(to, telling)])
  const twin = concerns.find(({ code }) => code === 'twin')
  if (twin?.subject !== undefined)
    return i18n.t('does.sendTwin', [amount, i18n.t('does.twinOf', [nameOf(twin.subject, telling)])])
  const isNew = concerns.some(({ code, subject }) => code === 'new-address' && subject === to)
  if (isNew) return i18n.t('does.sendNew', [amount])
  return i18n.t('does.send', [amount, nameOf(to, telling)])
}

function approving(intent: Approve, telling: Telling): string {
  const { asset, spender, amount, by, change } = intent
  const who = nameOf(spender, telling)
  const isPlain = telling.explained.concerns.some(
    ({ code, subject }) => code === 'plain-spender' && subject === spender,
  )
  const symbol = symbolOf(asset, telling)
  const until = intent.until ?? (by === 'call' ? undefined : intent.deadline)
  const day = until === undefined ? undefined : dayOfSeconds(until)
  if (by === 'call' && isPlain) return i18n.t('does.approvePlain', [symbol])
  if (by === 'call' && day === undefined) {
    if (amount === 'unlimited') return i18n.t('does.approveAll', [who, symbol])
    return i18n.t(change === 'increase' ? 'does.approveMore' : 'does.approve', [
      who,
      moneyOf(asset, amount, telling),
    ])
  }
  if (amount === 'unlimited')
    return day === undefined
      ? i18n.t('does.permitAll', [who, symbol])
      : i18n.t('does.permitAllUntil', [who, symbol, day])
  const money = moneyOf(asset, amount, telling)
  return day === undefined
    ? i18n.t('does.permit', [who, money])
    : i18n.t('does.permitUntil', [who, money, day])
}

function ordering({ gives, receives, ends }: Order, telling: Telling): string {
  const given = gives.map(({ asset, max }) => moneyOf(asset, max, telling)).join(', ')
  // What others get is no price of ours.
  const own = receives.filter(({ toOwn }) => toOwn)
  const price = (own.length > 0 ? own : receives)
    .map(({ asset, min }) => moneyOf(asset, min, telling))
    .join(', ')
  const day = ends === undefined ? undefined : dayOfSeconds(ends)
  return day === undefined
    ? i18n.t('does.order', [given, price])
    : i18n.t('does.orderUntil', [given, price, day])
}

function paying(payment: Payment, telling: Telling): string {
  const { inputs, outputs, leaves, fee, outputsFixed } = payment
  const { asset } = telling.network.native
  if (!outputsFixed) return i18n.t('does.payOpen')
  if (leaves < 0n) return i18n.t('does.receive', [moneyOf(asset, -leaves, telling)])
  const amount = moneyOf(asset, fee !== undefined && leaves > fee ? leaves - fee : leaves, telling)
  const foreign = inputs.filter(({ own }) => !own).length
  if (foreign > 0) return i18n.t('does.payForeign', [amount, String(foreign)])
  const others = outputs.filter(({ to }) => to === 'other')
  const [only] = others
  if (!only) return i18n.t('does.sendOwn', [amount])
  if (others.length > 1) return i18n.t('does.sendMany', [amount, String(others.length)])
  return only.address === undefined
    ? i18n.t('does.pay', [amount])
    : sending(amount, only.address, telling)
}

/** In the middle of another sentence. */
const lowered = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
