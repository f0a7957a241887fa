import { type FormEvent, useState } from 'react'
import { i18n } from '#i18n'
import { type Token, shownChains, storedSettings, storedTokens } from '../../messages/stored.ts'
import { background } from '../background.ts'
import { Address } from '../parts/Address.tsx'
import { Button } from '../parts/Button.tsx'
import { Card } from '../parts/Card.tsx'
import { Field } from '../parts/Field.tsx'
import { Page } from '../parts/Page.tsx'
import { hrefOf } from '../route.ts'
import { useNetworks } from '../use-networks.ts'
import { useStored } from '../use-stored.ts'

/** Tokens that are listed beside the coins, by their address: a symbol proves nothing. */
export function TokensPage() {
  const settings = useStored(storedSettings)
  const tokens = useStored(storedTokens)
  const networks = useNetworks()
  const [found, setFound] = useState<Token>()
  const [trouble, setTrouble] = useState<string>()
  const chains = settings ? shownChains(settings).filter((id) => id.startsWith('eip155:')) : []

  async function look(chain: string, address: string): Promise<void> {
    try {
      const token = await background.tokenAt(chain, address)
      setFound(token)
      if (!token) setTrouble(i18n.t('assets.noToken'))
    } catch {
      setTrouble(i18n.t('assets.noToken'))
    }
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    setTrouble(undefined)
    setFound(undefined)
    const fields = new FormData(event.currentTarget)
    const [chain, address] = [fields.get('chain'), fields.get('address')]
    if (typeof chain === 'string' && typeof address === 'string') void look(chain, address.trim())
  }

  return (
    <Page title={i18n.t('assets.tokens')} back={hrefOf()}>
      <form onSubmit={submit} className="space-y-3">
        <div>
          <label htmlFor="chain" className="font-semibold">
            {i18n.t('assets.chain')}
          </label>
          <select
            id="chain"
            name="chain"
            className="mt-1 h-11 w-full rounded-button border border-control bg-surface px-3"
          >
            {chains.map((id) => (
              <option key={id} value={id}>
                {networks.find((one) => one.id === id)?.name ?? id}
              </option>
            ))}
          </select>
        </div>
        <Field
          id="address"
          name="address"
          label={i18n.t('assets.contract')}
          trouble={trouble}
          required
        />
        <Button type="submit" weight={found ? 'outlined' : 'filled'} className="w-full">
          {i18n.t('assets.find')}
        </Button>
      </form>
      {found && (
        <div role="status" className="mt-4 rounded-card border border-line bg-surface p-4">
          <p>{i18n.t('assets.found', [found.symbol, String(found.decimals)])}</p>
          <div className="mt-2">
            <Address address={referenceOf(found.asset)} />
          </div>
          <Button
            weight="filled"
            className="mt-3 w-full"
            onClick={() => void background.keepToken(found).then(() => setFound(undefined))}
          >
            {i18n.t('assets.add')}
          </Button>
        </div>
      )}
      {tokens !== undefined && tokens.length > 0 && (
        <div className="mt-6">
          <Card label={i18n.t('assets.tokens')}>
            {tokens.map(({ asset, symbol }) => (
              <li key={asset} className="flex min-h-14 items-center gap-3 px-4 py-2">
                <span className="min-w-0 flex-1">
                  <span className="block wrap-anywhere font-semibold">{symbol}</span>
                  <span className="mt-1 block">
                    <Address address={referenceOf(asset)} />
                  </span>
                </span>
                <button
                  type="button"
                  className="min-h-9 underline underline-offset-4"
                  onClick={() => void background.forgetToken(asset)}
                >
                  {i18n.t('assets.remove')}
                </button>
              </li>
            ))}
          </Card>
        </div>
      )}
    </Page>
  )
}

const referenceOf = (asset: string): string => asset.split(':').at(-1) ?? asset
