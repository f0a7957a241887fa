import { type FormEvent, useEffect, useRef, useState } from 'react'
import { i18n } from '#i18n'
import { type Draft, storedDraft } from '../../messages/stored.ts'
import { background } from '../background.ts'
import { Breakable } from '../parts/Breakable.tsx'
import { Button } from '../parts/Button.tsx'
import { Field } from '../parts/Field.tsx'
import { Page } from '../parts/Page.tsx'
import { go, hrefOf } from '../route.ts'
import { useStored } from '../use-stored.ts'
import { useAccounts } from '../wallet/accounts.ts'
import { type Asset, useAssets } from '../wallet/assets.ts'
import { brief } from '../wallet/brief.ts'
import { decimal } from '../words/amount.ts'
import { codeOf } from '../words/errors.ts'
import { ownRate } from '../words/own-rate.ts'
import { type Amount, amountWanted } from './amount-wanted.ts'
import { FeePick } from './FeePick.tsx'
import { RecipientField } from './RecipientField.tsx'
import { useRecipient } from './use-recipient.ts'
import { recipientTrouble, sendTrouble } from './words.ts'

/** The word that stands for everything. */
const MAX = 'max'

/** @param asset CAIP-19 of what is sent; absent: the one of the draft, or the first. */
export function SendPage({ asset }: { readonly asset: string | undefined }) {
  const account = useAccounts()?.current
  const assets = useAssets(account)
  const draft = useStored(storedDraft)
  if (account === undefined || !assets || !draft)
    return <Page title={i18n.t('home.send')} back={hrefOf()} children={null} />
  const wanted = asset ?? draft.asset
  const first = assets.find((one) => one.asset === wanted) ?? assets[0]
  if (!first) return <Page title={i18n.t('home.send')} back={hrefOf()} children={null} />
  return <SendForm account={account} assets={assets} first={first} draft={draft} />
}

type Props = {
  readonly account: number
  readonly assets: readonly Asset[]
  readonly first: Asset
  readonly draft: Draft
}

function SendForm({ account, assets, first, draft }: Props) {
  const [chosen, setChosen] = useState(first.asset)
  const [to, setTo] = useState(draft.to)
  const [amount, setAmount] = useState(draft.amount)
  const [tier, setTier] = useState(draft.tier)
  const [typedRate, setTypedRate] = useState(draft.rate)
  const [isBusy, setBusy] = useState(false)
  const [isTried, setTried] = useState(false)
  const [isPressed, setPressed] = useState(false)
  const [trouble, setTrouble] = useState<string>()
  const form = useRef<HTMLFormElement>(null)

  const asset = assets.find((one) => one.asset === chosen) ?? first
  const { network, symbol, decimals } = asset
  // Only Bitcoin's fees are so many satoshi for each virtual byte.
  const rate = network.family === 'bitcoin' ? typedRate : undefined
  const { recipient, again } = useRecipient(network.id, asset.asset, to)
  const wanted = amountWanted(amount === MAX ? 'max' : amount, asset)

  // The popup dies when it loses the focus; what was written is there when it comes back.
  useEffect(() => {
    void background.keepDraft({
      asset: chosen,
      to,
      amount,
      tier,
      ...(typedRate !== undefined && { rate: typedRate }),
    })
    // What is changed after the press is not what was to be reviewed.
    return () => setPressed(false)
  }, [chosen, to, amount, tier, typedRate])

  const isChecked = recipient !== undefined || to.trim() === ''
  const isUnlooked =
    recipient !== undefined && 'wrong' in recipient && recipient.wrong === 'not-looked'
  useEffect(() => {
    if (!isPressed || !isChecked) return
    setPressed(false)
    // The field says that it was in vain, and the next press tries again.
    if (!isUnlooked) form.current?.requestSubmit()
  }, [isPressed, isChecked, isUnlooked])

  const toTrouble = recipientTrouble(to, recipient, network, isTried)
  const amountTrouble = amountWords(wanted, asset, isTried || amount !== '')

  async function review(address: string, sum: bigint | 'max', own?: bigint): Promise<void> {
    setBusy(true)
    try {
      await background.send({
        chain: network.id,
        account,
        asset: asset.asset,
        to: address,
        amount: sum,
        tier,
        ...(own !== undefined && { rate: own }),
      })
      await background.keepDraft({ to: '', amount: '', tier })
      // The approval has a window of its own.
      if (location.pathname === '/popup.html') window.close()
      else go('activity')
    } catch (error) {
      setTrouble(sendTrouble(codeOf(error), network))
    } finally {
      setBusy(false)
    }
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    setTried(true)
    setTrouble(undefined)
    // Who presses right after a paste does not press again when the address was looked at.
    if (isUnlooked) again()
    if (!isChecked || isUnlooked) return setPressed(true)
    const own = rate === undefined ? undefined : ownRate(rate)
    const isTo = !recipient || !('address' in recipient)
    const isRate = rate !== undefined && own === undefined
    if (!isTo && wanted.is === 'right' && !isRate)
      return void review(recipient.address, wanted.amount, own)
    const wrong = isTo ? '#to' : wanted.is === 'right' ? '#rate' : '#amount'
    form.current?.querySelector<HTMLInputElement>(wrong)?.focus()
  }

  return (
    <Page title={i18n.t('home.send')} back={hrefOf()}>
      <form ref={form} onSubmit={submit} className="flex min-h-full flex-col gap-3.5">
        <div>
          <label htmlFor="what" className="font-semibold">
            {i18n.t('sending.what')}
          </label>
          <select
            id="what"
            value={asset.asset}
            onChange={({ target }) => {
              setChosen(target.value)
              setTrouble(undefined)
            }}
            className="mt-1 h-11 w-full rounded-button border border-control bg-surface px-2 font-semibold"
          >
            {assets.map((one) => (
              <option key={one.asset} value={one.asset}>
                {`${one.symbol} . ${one.network.name}`}
              </option>
            ))}
          </select>
        </div>
        <RecipientField
          family={network.family}
          account={account}
          chain={network.id}
          text={to}
          recipient={recipient}
          trouble={toTrouble}
          isTried={isTried}
          onChange={setTo}
        />
        <Field
          id="amount"
          label={i18n.t('sending.amount')}
          inputMode="decimal"
          placeholder="0"
          note={
            <Breakable
              text={
                asset.amount === undefined
                  ? i18n.t('sending.unknown')
                  : i18n.t('sending.available', [`${brief(asset.amount, decimals)} ${symbol}`])
              }
            />
          }
          value={amount === MAX ? i18n.t('sending.maxed') : amount}
          readOnly={amount === MAX}
          onChange={({ target }) => setAmount(target.value)}
          trouble={amountTrouble}
          aside={
            <>
              {amount !== MAX && <span className="px-2 text-ink3">{symbol}</span>}
              <button
                type="button"
                aria-pressed={amount === MAX}
                className="h-9 shrink-0 rounded-chip bg-sunken px-3 text-small font-semibold aria-pressed:bg-ink aria-pressed:text-on-ink"
                onClick={() => setAmount(amount === MAX ? '' : MAX)}
              >
                {i18n.t('sending.max')}
              </button>
            </>
          }
        />
        <FeePick
          network={network}
          asset={asset.asset}
          tier={tier}
          rate={rate}
          isTried={isTried}
          onChange={(next, own) => {
            setTier(next)
            setTypedRate(own)
          }}
        />
        <div className="sticky -bottom-4 -mx-4 -mb-4 mt-auto border-t border-line bg-paper px-4 py-3">
          {trouble !== undefined && (
            <p role="alert" className="mb-2 text-deny">
              {trouble}
            </p>
          )}
          <Button type="submit" weight="filled" disabled={isBusy || isPressed} className="w-full">
            {i18n.t(isBusy || isPressed ? 'sending.building' : 'sending.review')}
          </Button>
        </div>
      </form>
    </Page>
  )
}

function amountWords(wanted: Amount, { amount, decimals, symbol }: Asset, isShown: boolean) {
  if (!isShown) return undefined
  switch (wanted.is) {
    case 'right':
      return undefined
    case 'empty':
      return i18n.t('sending.noAmount')
    case 'none':
      return i18n.t('sending.badAmount', [String(decimals)])
    case 'too-much':
      return i18n.t('sending.tooMuch', [`${decimal(amount ?? 0n, decimals)} ${symbol}`])
  }
}
