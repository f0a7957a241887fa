import { type Field, show } from '@tandem/chains'
import { Address } from '../parts/Address.tsx'
import { Shown } from '../parts/Shown.tsx'

/** Typed data as it is signed: names, types and values, nested as they are. */
export function FieldTree({ fields }: { readonly fields: readonly Field[] }) {
  return (
    <ul className="mt-4 divide-y divide-line rounded-card border border-line bg-surface">
      {fields.map((field, at) => (
        // A list has fields of the same name; their place is what they are.
        // oxlint-disable-next-line no-array-index-key
        <li key={at} className="px-3 py-2">
          <Row {...field} />
        </li>
      ))}
    </ul>
  )
}

function Row({ name, type, value }: Field) {
  const label = (
    <span className="wrap-anywhere">
      <Shown text={show(name).text} /> <span className="text-small text-ink3">{type}</span>
    </span>
  )
  if (typeof value !== 'string')
    return (
      <>
        {label}
        <ul className="mt-1 space-y-1 border-l border-line pl-3">
          {value.map((inner, at) => (
            // oxlint-disable-next-line no-array-index-key
            <li key={at}>
              <Row {...inner} />
            </li>
          ))}
        </ul>
      </>
    )
  return (
    <div className="flex flex-wrap items-baseline justify-between gap-x-4">
      {label}
      {type === 'address' && /^0x[0-9a-fA-F]{40}$/.test(value) ? (
        <Address address={value} className="ml-auto" />
      ) : (
        <span className="ml-auto min-w-0 text-right font-mono text-mono wrap-anywhere">
          <Shown text={show(value).text} />
        </span>
      )}
    </div>
  )
}
