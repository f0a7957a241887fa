import type { ReactNode } from 'react'
import { i18n } from '#i18n'
import type { CosignerView } from '../../messages/cosigner.ts'
import { Card } from '../parts/Card.tsx'
import { LinkRow } from '../parts/LinkRow.tsx'
import { hasPasskeys } from '../passkey/prf.ts'
import { hrefOf } from '../route.ts'
import { dayOf } from '../words/time.ts'
import { ago } from './ago.ts'
import { BudgetBar } from './BudgetBar.tsx'
import { policyFile } from './policy-file.ts'

/** What is known of it, most looked at first. What was known last stays, also when it is away. */
export function CosignerRows({ view, now }: { readonly view: CosignerView; readonly now: number }) {
  const { log, policy, budgets, waiting, shares, passkeys, timing, version, address, inspected } =
    view
  const standing = passkeys.filter(({ state }) => state === 'enrolled' || state === 'waits').length
  const isTrue = view.word !== 'history' && view.word !== 'misbehaved'
  const isSome = isTrue || budgets.length > 0 || waiting.length > 0
  return (
    <div className="flex flex-col gap-4">
      {isSome && (
        <Card label={i18n.t('co.title')}>
          {isTrue && (
            <Row
              title={i18n.t('co.row.log')}
              text={
                log
                  ? i18n.t('co.row.logText', [log.length.toLocaleString()])
                  : i18n.t('co.row.logNone')
              }
              aside={log?.checkedAt !== undefined && ago(log.checkedAt, now)}
            />
          )}
          {budgets.length > 0 && (
            <li className="px-4 py-3">
              <p className="font-semibold">{i18n.t('co.row.today')}</p>
              {budgets.map((budget) => (
                <BudgetBar key={`${budget.rule} ${budget.asset}`} budget={budget} />
              ))}
            </li>
          )}
          {waiting.length > 0 && (
            <li className="px-4 py-3">
              <p className="font-semibold">{i18n.t('co.row.waiting')}</p>
              {waiting.map(({ requestId, rule }) => (
                <p key={requestId} className="mt-1 text-ink2">
                  {i18n.t('co.row.waitingText', [rule, requestId.slice(0, 8)])}
                </p>
              ))}
              <p className="mt-1 text-small text-ink3">{i18n.t('co.row.waitingHow')}</p>
            </li>
          )}
        </Card>
      )}
      <Card label={i18n.t('co.title')}>
        {policy && (
          <li>
            <LinkRow
              href={hrefOf('cosigner', 'policy')}
              title={i18n.t('co.row.policy')}
              text={
                policy.before === undefined
                  ? i18n.t('co.row.policyText', [
                      String(policyFile(policy.text)?.rules.length ?? '-'),
                      dayOf(policy.since),
                    ])
                  : i18n.t('co.row.policyChanged')
              }
            />
          </li>
        )}
        {inspected && (
          <li>
            <LinkRow
              href={hrefOf('cosigner', 'devices')}
              title={i18n.t('co.row.devices')}
              text={inspected.devices
                .map(({ isThis, name }) => (isThis ? i18n.t('co.device.this') : name))
                .join(', ')}
              aside={
                view.word !== 'ready' && (
                  <span className="text-small text-ink3">{ago(inspected.at, now)}</span>
                )
              }
            />
          </li>
        )}
        {shares && (
          <li>
            <LinkRow
              href={hrefOf('cosigner', 'shares')}
              title={i18n.t('co.row.shares')}
              text={i18n.t('co.row.sharesText', [
                String(shares.generation),
                age(shares.since, now),
              ])}
            />
          </li>
        )}
        {hasPasskeys() && (
          <li>
            <LinkRow
              href={hrefOf('cosigner', 'passkeys')}
              title={i18n.t('co.row.passkeys')}
              text={
                standing === 0
                  ? i18n.t('co.row.passkeysNone')
                  : i18n.t('co.row.passkeysSome', [String(standing)])
              }
            />
          </li>
        )}
        <li>
          <LinkRow
            href={hrefOf('cosigner', 'timing')}
            title={i18n.t('co.row.timing')}
            text={timing.last.length === 0 ? i18n.t('co.row.timingNone') : usual(timing.last)}
          />
        </li>
      </Card>
      <Card label={i18n.t('co.row.versions')}>
        <Row
          title={i18n.t('co.row.versions')}
          text={i18n.t('co.row.versionsText', [version?.ours ?? '-', version?.theirs ?? '-'])}
        />
        <Row title={i18n.t('co.row.address')} text={address} />
      </Card>
    </div>
  )
}

function Row({
  title,
  text,
  aside,
}: {
  readonly title: string
  readonly text: string
  readonly aside?: ReactNode
}) {
  return (
    <li className="flex min-h-14 items-center gap-3 px-4 py-2">
      <span className="min-w-0 flex-1">
        <span className="block font-semibold">{title}</span>
        <span className="block wrap-anywhere text-small text-ink3">{text}</span>
      </span>
      {aside !== undefined && aside !== false && (
        <span className="shrink-0 text-small text-ink3">{aside}</span>
      )}
    </li>
  )
}

const DAY_MS = 86_400_000

function age(since: number, now: number): string {
  const days = Math.floor((now - since) / DAY_MS)
  return days < 1 ? i18n.t('co.row.sharesToday') : i18n.t('co.row.sharesDays', [String(days)])
}

function usual(last: readonly number[]): string {
  const sorted = last.toSorted((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0
  return i18n.t('co.row.timingText', [String(Math.round(middle))])
}
