import { i18n } from '#i18n'
import type { CosignerView, DeviceView } from '../../messages/cosigner.ts'
import { Card } from '../parts/Card.tsx'
import { Command } from '../parts/Command.tsx'
import { Page } from '../parts/Page.tsx'
import { hrefOf } from '../route.ts'
import { dayOf, momentOf } from '../words/time.ts'
import { shortOf } from './short-of.ts'

/** Who shares the wallet. Only the co-signer's person ends what one may do, on its own machine. */
export function DevicesPage({ view }: { readonly view: CosignerView }) {
  const { inspected, word } = view
  return (
    <Page title={i18n.t('co.device.title')} back={hrefOf('cosigner')}>
      <p className="text-ink2">{i18n.t('co.device.about')}</p>
      {inspected && word !== 'ready' && (
        <p className="mt-2 text-small text-ink3">
          {i18n.t('co.device.asOf', [momentOf(inspected.at)])}
        </p>
      )}
      <div className="mt-4 flex flex-col gap-4">
        {inspected?.devices.map((device) => (
          <Card key={device.id} label={nameOf(device)}>
            <li className="px-4 py-3">
              <p className="font-semibold wrap-anywhere">{nameOf(device)}</p>
              {device.isThis && (
                <p className="text-small text-ink3">{i18n.t('co.device.called', [device.name])}</p>
              )}
              <p className="text-small text-ink3">{whenOf(device)}</p>
              <p className="mt-3 text-small text-ink2">
                {i18n.t(device.isThis ? 'co.device.revokeThis' : 'co.device.revoke')}
              </p>
              <Command text={`tandem devices revoke ${shortOf(device.id)}`} />
            </li>
          </Card>
        )) ?? <p className="text-ink3">{i18n.t('co.row.devicesNone')}</p>}
      </div>
    </Page>
  )
}

const nameOf = ({ isThis, name }: DeviceView): string => (isThis ? i18n.t('co.device.this') : name)

function whenOf({ pairedAt, signedAt }: DeviceView): string {
  const signed =
    signedAt === undefined
      ? i18n.t('co.device.signedNever')
      : i18n.t('co.device.signed', [momentOf(signedAt)])
  return `${i18n.t('co.device.added', [dayOf(pairedAt)])} ${signed}`
}
