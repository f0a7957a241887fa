import { icon } from './icon.ts'
import type { Provider } from './eip1193.ts'
import { randomUuid } from './random-uuid.ts'

/** Says that this wallet is here, at once and whenever a site asks (EIP-6963). */
export function announce(page: Window, provider: Provider): void {
  const detail = Object.freeze({
    info: Object.freeze({
      uuid: randomUuid(),
      name: 'Tandem',
      icon,
      rdns: 'invalid.tandem',
    }),
    provider,
  })
  const say = () => page.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }))
  page.addEventListener('eip6963:requestProvider', say)
  say()
}
