import { useState } from 'react'
import { i18n } from '#i18n'
import type { Approval, ConnectQuestion } from '../../messages/approval.ts'
import { storedAccounts, storedSites } from '../../messages/stored.ts'
import { Address, shortAddress } from '../parts/Address.tsx'
import { useStored } from '../use-stored.ts'
import { nameOf } from '../wallet/accounts.ts'
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
  const { chain, family } = question
  const [chosen, setChosen] = useState<readonly number[]>()
  const own = useStored(storedAccounts)
  const sites = useStored(storedSites)
  if (!site || !own || !sites) return null
  const accounts = question.accounts.filter(({ number }) => !own.hidden.includes(number))
  const isOffered = (number: number) => accounts.some((one) => one.number === number)
  // What the site sees now, else what its person looks at, else the first.
  const sees = sites[site.origin]?.given[family]?.accounts.filter(isOffered) ?? []
  const first = isOffered(own.current) ? own.current : accounts[0]?.number
  const usual = sees.length > 0 ? sees : first === undefined ? [] : [first]
  const picked = (chosen ?? usual).filter(isOffered)
  const reasons = siteReasons(site)
  const toggle = (number: number) =>
    setChosen(
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
                    <span className="block wrap-anywhere font-semibold">{nameOf(own, number)}</span>
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
