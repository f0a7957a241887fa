import { i18n } from '#i18n'
import type { PolicyView } from '../../messages/cosigner.ts'
import { hrefOf } from '../route.ts'
import { momentOf } from '../words/time.ts'
import { policyFile } from './policy-file.ts'
import { changesOf } from './policy-sentences.ts'

/** Another policy than the person looked at last, or one that will take its place. */
export function PolicyNews({ policy }: { readonly policy: PolicyView | undefined }) {
  const text = policy && newsOf(policy)
  if (text === undefined) return null
  return (
    <section role="alert" className="mt-3 rounded-card border-l-4 border-ask bg-ask-tint px-4 py-3">
      <p>{text}</p>
      <a
        href={hrefOf('cosigner', 'policy')}
        className="mt-2 inline-block font-semibold underline underline-offset-4"
      >
        {i18n.t('co.look')}
      </a>
    </section>
  )
}

function newsOf({ text, before, waiting }: PolicyView): string | undefined {
  if (before !== undefined) return i18n.t('co.changed', [summary(before, text)])
  if (!waiting || waiting.isSeen) return undefined
  return i18n.t('co.changing', [momentOf(waiting.at), summary(text, waiting.text)])
}

/** The names of the rules that are not what they were. */
function summary(before: string, after: string): string {
  const { gone, fresh } = changesOf(policyFile(before)?.rules ?? [], policyFile(after)?.rules ?? [])
  const names = new Set([...gone, ...fresh].map((one) => one.slice(0, one.indexOf(':'))))
  return [...names].join(', ') || i18n.t('co.policy.nothing')
}
