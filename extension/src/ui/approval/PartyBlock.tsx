import { Address } from '../parts/Address.tsx'
import { CopyButton } from '../parts/CopyButton.tsx'
import { Shown } from '../parts/Shown.tsx'
import type { PartyRow } from '../words/parties.ts'

/** Somebody on whom the decision depends, with the address in full. */
export function PartyBlock({ label, address, note, face, twin }: PartyRow) {
  return (
    <section className="mt-4">
      <h2 className="text-small text-ink3">{label}</h2>
      <div className="mt-1 flex gap-3">
        <span
          aria-hidden
          className={`mt-0.5 flex size-6 max-[300px]:hidden shrink-0 items-center justify-center text-small font-semibold ${
            face.kind === 'own'
              ? 'rounded-chip border border-ink'
              : face.kind === 'contact'
                ? 'rounded-full bg-ink text-on-ink forced-colors:border'
                : 'rounded-full border border-dashed border-control'
          }`}
        >
          {face.kind === 'unknown' ? '' : face.mark}
        </span>
        <div className="min-w-0 flex-1">
          <Address address={address} {...(twin !== undefined && { against: twin })} />
          {note !== undefined && (
            <p className="mt-1 text-small text-ink3 wrap-anywhere">
              <Shown text={note} />
            </p>
          )}
        </div>
        <CopyButton text={address} />
      </div>
    </section>
  )
}
