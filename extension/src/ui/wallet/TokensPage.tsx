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
  const [name, setName] = useState('')
  const [isNamed, setNamed] = useState(true)
  const chains = settings ? shownChains(settings).filter(hasTokens) : []

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
    setName('')
    const fields = new FormData(event.currentTarget)
    const [chain, address] = [fields.get('chain'), fields.get('address')]
    if (typeof chain === 'string' && typeof address === 'string') void look(chain, address.trim())
  }

  function keep(token: Token): void {
    const symbol = token.symbol === '' ? name.trim() : token.symbol
    if (token.symbol === '' && !NAME.test(symbol)) return setNamed(false)
    void background.keepToken({ ...token, symbol }).then(() => setFound(undefined))
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
          <p>
            {found.symbol === ''
              ? i18n.t('assets.unnamed', [String(found.decimals)])
              : i18n.t('assets.found', [found.symbol, String(found.decimals)])}
          </p>
          <div className="mt-2">
            <Address address={referenceOf(found.asset)} />
          </div>
          {found.symbol === '' && (
            <Field
              id="own-name"
              className="mt-3"
              label={i18n.t('assets.own')}
              value={name}
              maxLength={12}
              {...(!isNamed && { trouble: i18n.t('assets.ownBad') })}
              onChange={({ target }) => {
                setNamed(true)
                setName(target.value)
              }}
            />
          )}
          <Button weight="filled" className="mt-3 w-full" onClick={() => keep(found)}>
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

/** Chains of which this wallet shows tokens. */
const hasTokens = (id: string): boolean => /^(eip155|solana):/.test(id)

/** What can be read aloud, and typed where a request asks for it. */
const NAME = /^[A-Za-z0-9]{1,12}$/

const referenceOf = (asset: string): string => asset.split(':').at(-1) ?? asset
