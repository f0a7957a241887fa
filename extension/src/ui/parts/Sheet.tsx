import { type ReactNode, useEffect, useRef } from 'react'

type Props = {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/** Something that lies over a screen until it is closed: the browser's own dialog. */
export function Sheet({ title, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      ref={dialog}
      aria-label={title}
      onClose={onClose}
      className="mx-auto mt-auto mb-0 max-h-[90%] w-full max-w-[560px] overflow-y-auto rounded-t-card border-t border-line bg-surface p-4 text-ink shadow-[0_8px_32px_rgb(0_0_0/.18)] backdrop:bg-black/40"
    >
      <h2 className="text-[17px]/[22px] font-[650]">{title}</h2>
      {children}
    </dialog>
  )
}
