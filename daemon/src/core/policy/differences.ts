import { network, networks } from '@tandem/chains'
import { type Document, type Written, writeDocument } from './document.ts'
import { decimal } from './units.ts'

type Settings = Written['rules'][number]

/** What another policy changes, one sentence each. The order of rules means nothing. */
export function differences(before: Document, after: Document): string[] {
  const [from, to] = [writeDocument(before), writeDocument(after)]
  const known = new Map(from.rules.map((settings) => [settings.name, settings]))
  const names = new Set(to.rules.map(({ name }) => name))
  return [
    ...(from.name === to.name ? [] : [`It is called ${to.name} instead of ${from.name}.`]),
    ...(from.change_after === to.change_after
      ? []
      : [`The change after it waits ${to.change_after} instead of ${from.change_after}.`]),
    ...from.rules
      .filter(({ name }) => !names.has(name))
      .map((settings) => `${settings.name} is gone: ${inWords(settings)}.`),
    ...to.rules.flatMap((settings) => {
      const old = known.get(settings.name)
      if (!old) return [`${settings.name} is new: ${inWords(settings)}.`]
      if (old.rule !== settings.rule)
        return [`${settings.name} is another rule: ${inWords(settings)}.`]
      return changes(old, settings)
    }),
  ]
}

function changes(old: Settings, settings: Settings): string[] {
  const [from, to] = [fieldsOf(old), fieldsOf(settings)]
  return [...new Set([...from.keys(), ...to.keys()])].flatMap((field) => {
    const [was, is] = [from.get(field), to.get(field)]
    if (JSON.stringify(was) === JSON.stringify(is)) return []
    const { name } = settings
    if (is === undefined) return [`${name}: ${field} is gone: ${textOf(was, field, old)}.`]
    if (was === undefined) return [`${name}: ${field} is new: ${textOf(is, field, settings)}.`]
    if (!Array.isArray(was) || !Array.isArray(is))
      return [
        `${name}: ${field} is ${textOf(is, field, settings)} instead of ${textOf(was, field, old)}.`,
      ]
    const gained = is.filter((one) => !was.includes(one))
    const lost = was.filter((one) => !is.includes(one))
    return [
      ...(gained.length > 0 ? [`${name}: ${field} gains ${gained.join(', ')}.`] : []),
      ...(lost.length > 0 ? [`${name}: ${field} loses ${lost.join(', ')}.`] : []),
    ]
  })
}

const fieldsOf = (settings: Settings): Map<string, unknown> =>
  new Map(Object.entries(settings).filter(([field]) => field !== 'name'))

function inWords(settings: Settings): string {
  return [...fieldsOf(settings)]
    .map(([field, value]) => `${field} ${textOf(value, field, settings)}`)
    .join('; ')
}

const amounts = new Set(['per_request', 'per_window', 'max', 'above', 'up_to'])

function textOf(value: unknown, field: string, settings: Settings): string {
  if (Array.isArray(value)) return value.join(', ')
  const text = String(value)
  const coin = amounts.has(field) ? coinOf(settings) : undefined
  return coin ? `${text} (${decimal(BigInt(text), coin.decimals)} ${coin.symbol})` : text
}

/** The coin of all that a rule is about, where that is one. */
function coinOf(settings: Settings): { decimals: number; symbol: string } | undefined {
  const assets = 'assets' in settings ? settings.assets : undefined
  const chains = 'chains' in settings ? settings.chains : undefined
  const own = assets
    ? assets.map((asset) => networks.find(({ native }) => native.asset === asset)?.native)
    : (chains ?? []).map((id) => (isKnown(id) ? network(id).native : undefined))
  const [first] = own
  const isOne = own.every(
    (one) => one && one.symbol === first?.symbol && one.decimals === first.decimals,
  )
  return isOne ? first : undefined
}

const isKnown = (id: string): boolean => networks.some((one) => one.id === id)
