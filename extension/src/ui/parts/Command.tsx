import { CopyButton } from './CopyButton.tsx'

/** What is run on the co-signer's machine, to be copied. */
export function Command({ text }: { readonly text: string }) {
  return (
    <div className="mt-2 flex items-start gap-2 rounded-button border border-line bg-sunken px-3 py-3">
      <pre className="min-w-0 flex-1 font-mono text-mono whitespace-pre-wrap wrap-anywhere">
        {text.split(/(\s+)/).map((word, at) => (
          // Broken at spaces only: a hyphen belongs to its word. The same word may come again.
          // oxlint-disable-next-line no-array-index-key
          <span key={at} className={/\S/.test(word) ? 'inline-block max-w-full' : ''}>
            {word}
          </span>
        ))}
      </pre>
      <CopyButton text={text} />
    </div>
  )
}
