import { Shown } from './Shown.tsx'

/** A text whose long numbers break where they are read: behind a comma. */
export function Breakable({ text }: { readonly text: string }) {
  const [first = '', ...more] = text.split(/(?<=[0-9],)(?=[0-9])/)
  return (
    <>
      <Shown text={first} />
      {more.map((part, at) => (
        // The same digits come again and again; their place is what they are.
        // oxlint-disable-next-line no-array-index-key
        <span key={at}>
          <wbr />
          <Shown text={part} />
        </span>
      ))}
    </>
  )
}
