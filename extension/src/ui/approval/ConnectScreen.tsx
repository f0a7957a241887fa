import { useState } from 'react'
import { i18n } from '#i18n'
import type { Approval, ConnectQuestion } from '../../messages/approval.ts'
import { Address, shortAddress } from '../parts/Address.tsx'
import { networkOf } from '../words/network-of.ts'
import { hostOf } from '../words/request-view.ts'
import { siteReasons } from '../words/site-reasons.ts'
import type { Actions } from './actions.ts'
import { ApprovalFrame, type Place } from './ApprovalFrame.tsx'
import { CoSignerStrip } from './CoSignerStrip.tsx'
import { FactList } from './FactList.tsx'
import { LevelBand } from './LevelBand.tsx'

type Props = Place & {
  readonly approval: Approval
  readonly question: ConnectQuestion
  readonly actions: Actions
}

/** Whether a site may see accounts, and ask. */
export function ConnectScreen({ approval, question, place, of, actions }: Props) {
  const { id, site, state } = approval
  const { accounts, chain } = question
  const [picked, setPicked] = useState<readonly number[]>(
    accounts.slice(0, 1).map(({ number }) => number),
  )
  if (!site) return null
  const reasons = siteReasons(site)
  const toggle = (number: number) =>
    setPicked(
      picked.includes(number) ? picked.filter((one) => one !== number) : [...picked, number],
    )
  return (
    <ApprovalFrame
      site={site}
      place={place}
      of={of}
      step={`connect ${id}`}
      headline={i18n.t('does.connect', [hostOf(site)])}
      band={reasons.length > 0 && <LevelBand level="check" reasons={reasons} />}
      strip={<CoSignerStrip kind="none" />}
      reject={{
        label: i18n.t('action.reject'),
        onPress: () => void actions.decide(id, { approve: false }),
      }}
      approve={{
        armKey: [id, place, of, ...picked].join(),
        arm: state.at === 'shown' && picked.length > 0,
        label: i18n.t('action.connect'),
        onPress: () => void actions.decide(id, { approve: true, accounts: picked }),
      }}
    >
      <section className="mt-4">
        <h2 className="text-small text-ink3">{i18n.t('approval.sees')}</h2>
        {accounts.length > 1 ? (
          <ul className="mt-1 divide-y divide-line rounded-card border border-line bg-surface">
            {accounts.map(({ number, addresses }) => (
              <li key={number}>
                <label className="flex min-h-12 cursor-pointer items-center gap-3 px-3 py-2">
                  <input
                    type="checkbox"
                    className="size-4 accent-ink"
                    checked={picked.includes(number)}
                    onChange={() => toggle(number)}
                  />
                  <span className="min-w-0">
                    <span className="block font-semibold">
                      {i18n.t('approval.accountName', [String(number + 1)])}
                    </span>
                    <span className="block font-mono text-small text-ink3">
                      {addresses
                        .slice(0, 2)
                        .map(({ address }) => shortAddress(address))
                        .join('  ')}
                    </span>
                  </span>
                </label>
              </li>
            ))}
          </ul>
        ) : (
          accounts[0]?.addresses
            .slice(0, 2)
            .map(({ address }) => <Address key={address} address={address} className="mt-1" />)
        )}
      </section>
      {accounts.length > 1 && picked.length > 1 && (
        <p className="mt-2 text-small text-ink3">{i18n.t('approval.linked')}</p>
      )}
      <FactList
        facts={[
          { label: i18n.t('approval.network'), value: networkOf(chain).name },
          { label: i18n.t('approval.notSees'), value: i18n.t('approval.notSeesText') },
          { label: i18n.t('approval.mayAsk'), value: i18n.t('approval.mayAskText') },
        ]}
      />
    </ApprovalFrame>
  )
}
