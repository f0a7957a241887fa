import type { ReactNode } from 'react'

/** A place where nothing is yet: what will be here, and the way to it. */
export function Empty({
  title,
  text,
  children,
}: {
  readonly title: string
  readonly text: string
  readonly children?: ReactNode
}) {
  return (
    <div className="flex flex-col items-center rounded-card border border-dashed border-control px-6 py-8 text-center">
      <p className="font-semibold">{title}</p>
      <p className="mt-1 text-balance text-ink2">{text}</p>
      {children !== undefined && <div className="mt-4">{children}</div>}
    </div>
  )
}
