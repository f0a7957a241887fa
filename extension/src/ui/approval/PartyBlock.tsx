import { Address } from '../parts/Address.tsx'
import { Copy } from '../parts/Copy.tsx'
import type { PartyRow } from '../words/parties.ts'

/** Somebody on whom the decision depends, with the address in full. */
export function PartyBlock({ label, address, note, face, twin }: PartyRow) {
  return (
    <section className="mt-4">
      <h2 className="text-small text-ink3">{label}</h2>
      <div className="mt-1 flex gap-3">
        <span
          aria-hidden
          className={`mt-0.5 flex size-6 shrink-0 items-center justify-center text-small font-semibold ${
            face.kind === 'own'
              ? 'rounded-chip border border-ink'
              : face.kind === 'contact'
                ? 'rounded-full bg-ink text-on-ink'
                : 'rounded-full border border-dashed border-control'
          }`}
        >
          {face.kind === 'unknown' ? '' : face.mark}
        </span>
        <div className="min-w-0 flex-1">
          <Address address={address} {...(twin !== undefined && { against: twin })} />
          <div className="mt-1 flex items-baseline gap-3 text-small text-ink3">
            {note !== undefined && <p className="min-w-0 wrap-anywhere">{note}</p>}
            <span className="ml-auto shrink-0">
              <Copy text={address} className="" />
            </span>
          </div>
        </div>
      </div>
    </section>
  )
}
