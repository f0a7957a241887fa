import { i18n } from '#i18n'
import type { Percentiles, Timing } from '../../messages/cosigner.ts'
import { Page } from '../parts/Page.tsx'
import { hrefOf } from '../route.ts'
import { TimingLine } from './TimingLine.tsx'

/** How long it took: what is usual, and what the slow ones were. */
export function TimingPage({ timing }: { readonly timing: Timing }) {
  const { verdict, signing, last } = timing
  const rows: readonly (readonly [string, Percentiles | undefined])[] = [
    [i18n.t('co.timing.verdict'), verdict],
    [i18n.t('co.timing.ecdsa'), signing['ecdsa']],
    [i18n.t('co.timing.taproot'), signing['taproot']],
    [i18n.t('co.timing.ed25519'), signing['ed25519']],
  ]
  return (
    <Page title={i18n.t('co.timing.title')} back={hrefOf('cosigner')}>
      <p className="text-ink2">{i18n.t('co.timing.about')}</p>
      {last.length === 0 ? (
        <p className="mt-4 text-ink3">{i18n.t('co.row.timingNone')}</p>
      ) : (
        <TimingLine times={last} />
      )}
      <table className="mt-4 w-full text-right">
        <thead className="text-small text-ink3">
          <tr>
            <th className="text-left font-normal">ms</th>
            <th className="font-normal">{i18n.t('co.timing.p50')}</th>
            <th className="font-normal">{i18n.t('co.timing.p95')}</th>
            <th className="font-normal">{i18n.t('co.timing.p99')}</th>
            <th className="font-normal">{i18n.t('co.timing.count')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.flatMap(([name, found]) =>
            found
              ? [
                  <tr key={name} className="h-10 border-t border-line">
                    <th className="text-left font-semibold">{name}</th>
                    <td>{Math.round(found.p50)}</td>
                    <td>{Math.round(found.p95)}</td>
                    <td>{Math.round(found.p99)}</td>
                    <td className="text-ink3">{found.count}</td>
                  </tr>,
                ]
              : [],
          )}
        </tbody>
      </table>
    </Page>
  )
}
