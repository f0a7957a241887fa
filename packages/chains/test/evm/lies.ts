import { type Explanation, type Intent, allIntents } from '../../src/intent.ts'

/** Almost the same, in every way in which it matters. */
export function lies(truth: Explanation): Explanation[] {
  const stranger = '0x00000000000000000000000000000000000000AA'
  const changed = (change: (intent: Intent) => Intent): Explanation => ({
    ...truth,
    intents: truth.intents.map((intent) =>
      intent.kind === 'safe-transaction'
        ? { ...intent, inner: change(intent.inner) }
        : change(intent),
    ),
  })
  const other = changed((intent) => {
    if (intent.kind === 'transfer') return { ...intent, to: stranger }
    if (intent.kind === 'approve') return { ...intent, spender: stranger }
    if (intent.kind === 'approve-all') return { ...intent, operator: stranger }
    return intent.kind === 'revoke' ? { ...intent, spender: stranger } : intent
  })
  const more = changed((intent) =>
    (intent.kind === 'transfer' || intent.kind === 'approve') && intent.amount !== 'unlimited'
      ? { ...intent, amount: intent.amount + 1n }
      : { kind: 'memo', text: '' },
  )
  const isAmount = /"(?:transfer|approve)"/.test(
    JSON.stringify(allIntents(truth.intents).map(({ kind }) => kind)),
  )
  return [
    other,
    ...(isAmount ? [more] : []),
    { ...truth, intents: [] },
    { ...truth, intents: [...truth.intents, ...truth.intents] },
    { ...truth, uses: [] },
    { ...truth, fee: { asset: '', max: 1n, payer: '', own: true } },
  ]
}
