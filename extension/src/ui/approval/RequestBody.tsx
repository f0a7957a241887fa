import { i18n } from '#i18n'
import type { Explained } from '../../messages/engine.ts'
import { Disclosure } from '../parts/Disclosure.tsx'
import type { RequestView } from '../words/request-view.ts'
import { DetailsPanel } from './DetailsPanel.tsx'
import { EffectList } from './EffectList.tsx'
import { FactList } from './FactList.tsx'
import { FieldTree } from './FieldTree.tsx'
import { PartyBlock } from './PartyBlock.tsx'
import { StepList } from './StepList.tsx'
import { TextMessage } from './TextMessage.tsx'

type Props = {
  readonly view: RequestView
  readonly preview: Explained['preview']
  /** Opens the fee sheet. Absent: the fee is not ours to choose. */
  readonly onFee?: (() => void) | 'waits' | undefined
  /** Opens the editor of a limit. */
  readonly onLimit?: (() => void) | undefined
  /** What the site asked, where its person has changed it. */
  readonly asked?: string | undefined
  /** The end of a text was in view. */
  readonly onRead: () => void
}

/** What stands under the sentence: who, what changes, what it says, and what one finds by looking closer. */
export function RequestBody({ view, preview, onFee, onLimit, asked, onRead }: Props) {
  const outputs = view.level === 'routine' || view.level === 'check' ? 3 : 8
  return (
    <>
      {view.parties.slice(0, outputs).map((party) => (
        <PartyBlock key={party.address} {...party} />
      ))}
      {view.parties.length > outputs && (
        <Disclosure
          isQuiet
          title={i18n.t('approval.others', [String(view.parties.length - outputs)])}
          className="mt-3 text-ink2"
        >
          {view.parties.slice(outputs).map((party) => (
            <PartyBlock key={party.address} {...party} />
          ))}
        </Disclosure>
      )}
      {view.text && <TextMessage {...view.text} onEnd={onRead} />}
      {view.fields.length > 0 && <FieldTree fields={view.fields} />}
      <FactList facts={view.facts} />
      {asked !== undefined && <p className="mt-2 text-small text-ink3">{asked}</p>}
      {onLimit && (
        <button
          type="button"
          className="mt-2 min-h-6 text-ink2 underline underline-offset-4"
          onClick={onLimit}
        >
          {i18n.t('limit.change')}
        </button>
      )}
      <StepList steps={view.steps} />
      <EffectList effects={view.effects} onFee={onFee} />
      <PreviewNote preview={preview} />
      <DetailsPanel details={view.details} />
    </>
  )
}

function PreviewNote({ preview }: Pick<Props, 'preview'>) {
  // Its line is kept free: what comes late moves nothing.
  return (
    <p role="status" className="mt-2 min-h-4 text-small text-ink3">
      {preview && previewWords(preview)}
    </p>
  )
}

function previewWords(preview: NonNullable<Explained['preview']>): string {
  switch (preview.kind) {
    case 'changes':
      return i18n.t('preview.from', [preview.block.toLocaleString()])
    case 'none':
      return i18n.t('preview.none', [
        preview.reason === 'unsupported' ? i18n.t('preview.unsupported') : i18n.t('preview.silent'),
      ])
    // The sentence says it.
    case 'fails':
      return ''
  }
}
