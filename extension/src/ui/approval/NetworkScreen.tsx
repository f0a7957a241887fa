import { i18n } from '#i18n'
import type { Approval, NetworkQuestion } from '../../messages/approval.ts'
import { networkOf } from '../words/network-of.ts'
import { hostOf } from '../words/request-view.ts'
import { plain } from '../words/telling.ts'
import type { Actions } from './actions.ts'
import { ApprovalFrame, type Place } from './ApprovalFrame.tsx'
import { CoSignerStrip } from './CoSignerStrip.tsx'
import { FactList } from './FactList.tsx'
import { LevelBand } from './LevelBand.tsx'

type Props = Place & {
  readonly approval: Approval
  readonly question: NetworkQuestion
  readonly actions: Actions
}

/** Whether a network is added, or used on one site. */
export function NetworkScreen({ approval, question, place, of, actions }: Props) {
  const { id, site, state } = approval
  const { change, network, from, node } = question
  const name = plain(network.name)
  const fact = (label: string, value: string | undefined) =>
    value === undefined ? [] : [{ label, value: plain(value) }]
  const number = network.id.split(':')[1] ?? network.id
  const isHigh = network.clashes !== undefined
  return (
    <ApprovalFrame
      site={site}
      place={place}
      of={of}
      step={`network ${id}`}
      headline={
        change === 'add'
          ? i18n.t('does.networkAdd', [name])
          : i18n.t('does.networkUse', [name, site ? hostOf(site) : i18n.t('approval.you')])
      }
      under={i18n.t(change === 'add' ? 'ask.notSwitch' : 'ask.siteOnly')}
      band={
        network.clashes !== undefined && (
          <LevelBand
            level="high"
            reasons={[i18n.t('ask.clash', [networkOf(network.clashes).name])]}
          />
        )
      }
      strip={<CoSignerStrip kind="not-needed" />}
      reject={{
        label: i18n.t('action.reject'),
        isHeavy: isHigh,
        onPress: () => void actions.decide(id, { approve: false }),
      }}
      approve={{
        armKey: [id, place, of].join(),
        arm: state.at === 'shown',
        label: i18n.t(change === 'add' ? 'action.add' : 'action.use'),
        isHeavy: !isHigh,
        onPress: () => void actions.decide(id, { approve: true }),
      }}
    >
      <FactList
        facts={[
          ...fact(i18n.t('ask.number'), number),
          ...fact(i18n.t('ask.before'), from === undefined ? undefined : networkOf(from).name),
          ...fact(i18n.t('ask.address'), node?.url),
          ...fact(i18n.t('ask.coin'), network.symbol),
          ...fact(i18n.t('ask.explorer'), network.explorer),
        ]}
      />
      {node && <p className="mt-3 text-ink2">{i18n.t('ask.answers', [number, String(node.ms)])}</p>}
    </ApprovalFrame>
  )
}
