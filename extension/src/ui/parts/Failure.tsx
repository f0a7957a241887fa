/** What went wrong, and what to do; its place is kept free. */
export function Failure({ text }: { readonly text: string | undefined }) {
  return (
    <p role="alert" className="mt-3 min-h-5 text-deny">
      {text}
    </p>
  )
}
