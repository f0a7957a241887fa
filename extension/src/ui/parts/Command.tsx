import { CopyButton } from './CopyButton.tsx'

/** What is run on the co-signer's machine, to be copied. */
export function Command({ text }: { readonly text: string }) {
  return (
    <div className="mt-2 flex items-start gap-2 rounded-button border border-line bg-sunken px-3 py-3">
      <pre className="min-w-0 flex-1 font-mono text-mono whitespace-pre-wrap wrap-anywhere">
        {text}
      </pre>
      <CopyButton text={text} />
    </div>
  )
}
