import { type ReactNode, useEffect, useState } from 'react'
import { i18n } from '#i18n'
import {
  type Decided,
  storedAccounts,
  storedActivity,
  storedTokens,
} from '../../messages/stored.ts'
import { background } from '../background.ts'
import { Address } from '../parts/Address.tsx'
import { Button } from '../parts/Button.tsx'
import { Copy } from '../parts/Copy.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Page } from '../parts/Page.tsx'
import { hrefOf } from '../route.ts'
import { useStored } from '../use-stored.ts'
import { nameOf } from '../wallet/accounts.ts'
import { nearDayOf } from '../words/near-day.ts'
import { clockOf } from '../words/time.ts'
import { codeOf } from '../words/errors.ts'
import { networkOf } from '../words/network-of.ts'
import { partiesOfRequest } from '../words/parties.ts'
import { sendTrouble } from '../send/words.ts'
import { isBeingReplaced } from './being-replaced.ts'
import { isWaiting } from '../../messages/is-waiting.ts'
import { isBehind, nonceOf } from './lowest.ts'
import { statusOf, toldOf, toneOf } from './told.ts'

const LOOK_MS = 3_000

/** One request that was decided here, and what can still be done about it. */
export function DecidedPage({ id }: { readonly id: string }) {
  const all = useStored(storedActivity)
  const accounts = useStored(storedAccounts)
  const tokens = useStored(storedTokens)
  const record = all?.find((one) => one.id === id)
  const isOpen = record !== undefined && isWaiting(record)
  useEffect(() => {
    if (!isOpen) return undefined
    void background.follow()
    const timer = setInterval(() => void background.follow(), LOOK_MS)
    return () => clearInterval(timer)
  }, [isOpen])
  const back = hrefOf('activity')
  if (!all || !record || !accounts)
    return <Page title={i18n.t('activity.title')} back={back} children={null} />

  const { headline, effects, telling } = toldOf(record, tokens)
  const status = statusOf(record, all)
  const network = networkOf(record.chain, record.explained)
  const nonce = nonceOf(record)
  const page =
    record.sent === undefined ? undefined : network.explorer?.replace('{id}', record.sent)
  return (
    <Page title={i18n.t('activity.title')} back={back}>
      <p className={`flex items-center gap-2 font-semibold ${toneOf(status)}`} role="status">
        <Icon name={status.icon} />
        {status.text}
      </p>
      <h2 className="mt-1 text-headline font-[650] text-balance">{headline}</h2>
      <Explained record={record} />
      <Actions record={record} all={all} />
      {telling &&
        partiesOfRequest(telling).map(({ label, address, note }) => (
          <section key={`${label} ${address}`} className="mt-4">
            <h3 className="text-small font-semibold text-ink3">{label}</h3>
            {note !== undefined && <p className="text-small">{note}</p>}
            <div className="mt-1">
              <Address address={address} />
            </div>
          </section>
        ))}
      <dl className="mt-4 divide-y divide-line rounded-card border border-line bg-surface">
        {effects.map(({ sign, amount, note }) => (
          <Row key={`${sign} ${amount} ${note ?? ''}`} term={note ?? i18n.t('sending.amount')}>
            {`${sign} ${amount}`}
          </Row>
        ))}
        <Row term={i18n.t('activity.by')}>
          {record.origin === undefined ? i18n.t('activity.you') : new URL(record.origin).host}
        </Row>
        <Row term={i18n.t('activity.account')}>{nameOf(accounts, record.account)}</Row>
        <Row term={i18n.t('activity.network')}>{network.name}</Row>
        <Row term={nearDayOf(record.at)}>{clockOf(record.at)}</Row>
        {nonce !== undefined && <Row term={i18n.t('activity.number')}>{String(nonce)}</Row>}
        {record.fate?.state === 'failed' && (
          <Row term={i18n.t('activity.reason')}>{record.fate.reason}</Row>
        )}
        {record.code !== undefined && (
          <Row term={i18n.t('approval.details')}>{i18n.t('error.code', [record.code])}</Row>
        )}
      </dl>
      {record.sent !== undefined && (
        <section className="mt-4">
          <h3 className="text-small font-semibold text-ink3">{i18n.t('activity.id')}</h3>
          <p className="mt-1 font-mono text-mono break-all">{record.sent}</p>
          <Copy text={record.sent} />
          {page !== undefined && (
            <a
              href={page}
              target="_blank"
              rel="noreferrer"
              className="mt-2 inline-flex min-h-9 items-center gap-2 font-semibold underline underline-offset-4"
            >
              {i18n.t('activity.explorer', [new URL(page).host])}
              <Icon name="window" size={16} />
            </a>
          )}
        </section>
      )}
    </Page>
  )
}

function Row({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-h-11 items-center justify-between gap-4 px-4 py-2">
      <dt className="shrink-0 text-ink2 first-letter:uppercase">{term}</dt>
      <dd className="min-w-0 text-right font-semibold break-words">{children}</dd>
    </div>
  )
}

/** What is true of the person's money, where it is not plain from the status. */
function Explained({ record: { outcome } }: { readonly record: Decided }) {
  const text =
    outcome === 'signed-not-sent'
      ? i18n.t('activity.notSentText')
      : outcome === 'refused' || outcome === 'rejected'
        ? i18n.t('activity.refusedText')
        : outcome === 'failed'
          ? i18n.t('activity.failedText')
          : undefined
  return text === undefined ? null : <p className="mt-2 text-ink2">{text}</p>
}

type ActionsProps = { readonly record: Decided; readonly all: readonly Decided[] }

function Actions({ record, all }: ActionsProps) {
  const [trouble, setTrouble] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const network = networkOf(record.chain, record.explained)

  async function run(work: () => Promise<void>): Promise<void> {
    setTrouble(undefined)
    setBusy(true)
    try {
      await work()
    } catch (error) {
      setTrouble(sendTrouble(codeOf(error), network))
    } finally {
      setBusy(false)
    }
  }

  const canReplace = isWaiting(record) && record.payload && network.family !== 'solana'
  if (record.outcome === 'signed-not-sent')
    return (
      <div className="mt-4">
        <Button
          weight="filled"
          className="w-full"
          disabled={isBusy}
          onClick={() => void run(() => background.sendAgain(record.id))}
        >
          {i18n.t('activity.again')}
        </Button>
        <Trouble text={trouble} />
      </div>
    )
  if (!canReplace) return null
  if (isBeingReplaced(record, all))
    return <p className="mt-3 text-ink2">{i18n.t('activity.replacingText')}</p>
  if (isBehind(record, all)) return <p className="mt-3 text-ink2">{i18n.t('activity.lower')}</p>
  return (
    <div className="mt-4">
      <div className="grid grid-cols-2 gap-3">
        {(['faster', 'cancel'] as const).map((how) => (
          <Button
            key={how}
            disabled={isBusy}
            onClick={() => void run(() => background.replace(record.id, how))}
          >
            {i18n.t(how === 'faster' ? 'activity.faster' : 'activity.cancel')}
          </Button>
        ))}
      </div>
      <p className="mt-2 text-small text-ink3">{i18n.t('activity.replaceText')}</p>
      <Trouble text={trouble} />
    </div>
  )
}

function Trouble({ text }: { readonly text: string | undefined }) {
  return text === undefined ? null : (
    <p role="alert" className="mt-2 text-deny">
      {text}
    </p>
  )
}
