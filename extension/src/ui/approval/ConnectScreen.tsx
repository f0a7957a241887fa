import { network } from '@tandem/chains'
import { i18n } from '#i18n'
import type { Approval, Decision } from '../../messages/approval.ts'
import { Address } from '../parts/Address.tsx'
import { ApprovalFrame } from './ApprovalFrame.tsx'
import { CoSignerStrip } from './CoSignerStrip.tsx'

type Props = {
  readonly approval: Approval
  readonly place: number
  readonly of: number
  readonly onDecide: (decision: Decision) => void
}

/** Whether a site may see an account, and ask. */
export function ConnectScreen({ approval, place, of, onDecide }: Props) {
  const { id, site, question, state } = approval
  if (question.kind !== 'connect' || !site) return null
  const [first] = question.accounts
  return (
    <ApprovalFrame
      site={site}
      place={place}
      of={of}
      headline={i18n.t('does.connect', [new URL(site.origin).host])}
      under={i18n.t('approval.first')}
      strip={<CoSignerStrip kind="none" />}
      reject={{ label: i18n.t('action.reject'), onPress: () => onDecide({ approve: false }) }}
      approve={{
        key: id,
        arm: state.at === 'shown',
        label: i18n.t('action.connect'),
        isHeavy: false,
        onPress: () => onDecide({ approve: true, accounts: [first?.number ?? 0] }),
      }}
    >
      <dl className="mt-5 space-y-4">
        <div>
          <dt className="text-small text-ink3">{i18n.t('approval.sees')}</dt>
          {first?.addresses.slice(0, 2).map(({ address }) => (
            <dd key={address} className="mt-1">
              <Address address={address} />
            </dd>
          ))}
        </div>
        <div>
          <dt className="text-small text-ink3">{i18n.t('approval.network')}</dt>
          <dd>{network(question.chain).name}</dd>
        </div>
        <div>
          <dt className="text-small text-ink3">{i18n.t('approval.notSees')}</dt>
          <dd>{i18n.t('approval.notSeesText')}</dd>
        </div>
        <div>
          <dt className="text-small text-ink3">{i18n.t('approval.mayAsk')}</dt>
          <dd>{i18n.t('approval.mayAskText')}</dd>
        </div>
      </dl>
    </ApprovalFrame>
  )
}
