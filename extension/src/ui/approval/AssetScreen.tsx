import { parseAssetId } from '@tandem/chains'
import { i18n } from '#i18n'
import type { Approval, AssetQuestion } from '../../messages/approval.ts'
import { decimal, shortAsset } from '../words/amount.ts'
import { networkOf } from '../words/network-of.ts'
import { plain } from '../words/telling.ts'
import type { Actions } from './actions.ts'
import { ApprovalFrame, type Place } from './ApprovalFrame.tsx'
import { CoSignerStrip } from './CoSignerStrip.tsx'
import { FactList } from './FactList.tsx'
import { LevelBand } from './LevelBand.tsx'
import { PartyBlock } from './PartyBlock.tsx'

type Props = Place & {
  readonly approval: Approval
  readonly question: AssetQuestion
  readonly actions: Actions
}

/** Whether a token is shown with the others. */
export function AssetScreen({ approval, question, place, of, actions }: Props) {
  const { id, site, state } = approval
  const { asset, symbol, decimals, held, clashes } = question
  const { chain, reference } = parseAssetId(asset)
  const name = plain(symbol)
  return (
    <ApprovalFrame
      site={site}
      place={place}
      of={of}
      step={`asset ${id}`}
      headline={i18n.t('does.asset', [name])}
      under={i18n.t('ask.proves')}
      band={
        clashes !== undefined && (
          <LevelBand
            level="check"
            reasons={[i18n.t('ask.assetClash', [name, shortAsset(clashes)])]}
          />
        )
      }
      strip={<CoSignerStrip kind="not-needed" />}
      reject={{
        label: i18n.t('action.reject'),
        onPress: () => void actions.decide(id, { approve: false }),
      }}
      approve={{
        armKey: [id, place, of].join(),
        arm: state.at === 'shown',
        label: i18n.t('action.track'),
        onPress: () => void actions.decide(id, { approve: true }),
      }}
    >
      <PartyBlock
        label={i18n.t('ask.assetOn', [networkOf(chain).name])}
        address={reference}
        face={{ kind: 'unknown' }}
      />
      <FactList
        facts={[{ label: i18n.t('ask.held'), value: `${decimal(held, decimals)} ${name}` }]}
      />
    </ApprovalFrame>
  )
}
