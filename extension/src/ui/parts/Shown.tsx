/** What the reader of a text writes for a character that nobody can see. */
const HIDDEN = /(\[U\+[0-9A-F]{4,6}\])/

/** A text from outside, with a box around each character that nobody could see. */
export function Shown({ text }: { readonly text: string }) {
  return text.split(HIDDEN).map((part, at) =>
    HIDDEN.test(part) ? (
      // The same character comes again and again; its place is what it is.
      // oxlint-disable-next-line no-array-index-key
      <mark key={at} className="boxed mx-px px-0.5 font-mono text-small text-ask">
        {part.slice(1, -1)}
      </mark>
    ) : (
      part
    ),
  )
}
