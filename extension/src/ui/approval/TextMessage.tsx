import { useEffect, useRef } from 'react'
import { Shown } from '../parts/Shown.tsx'

type Props = {
  readonly label: string
  readonly text: string
  /** It is all that is signed: its end must have been seen. */
  readonly isWhole: boolean
  readonly onEnd: () => void
}

/** A text from outside: links do nothing, and what is invisible is shown. */
export function TextMessage({ label, text, isWhole, onEnd }: Props) {
  const end = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    const last = end.current
    if (!last || !isWhole) return
    const watcher = new IntersectionObserver((seen) => {
      if (seen.some(({ isIntersecting }) => isIntersecting)) onEnd()
    })
    watcher.observe(last)
    return () => watcher.disconnect()
    // The first listener stays: it only remembers that the end was seen.
  }, [text, isWhole])
  return (
    <section className="mt-4">
      <h2 className="text-small text-ink3">{label}</h2>
      <pre className="mt-1 rounded-card border border-line bg-surface p-3 font-sans whitespace-pre-wrap wrap-anywhere [unicode-bidi:isolate]">
        <Shown text={text} />
        <span ref={end} />
      </pre>
    </section>
  )
}
