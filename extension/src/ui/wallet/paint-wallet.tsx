import { createRoot } from 'react-dom/client'
import {
  storedAccounts,
  storedHoldings,
  storedNetworks,
  storedPresence,
  storedSettings,
  storedStanding,
  storedTokens,
} from '../../messages/stored.ts'
import { readFirst } from '../use-stored.ts'
import { WalletPage } from './WalletPage.tsx'

/** What home shows, and whether it may. */
const first = [
  storedStanding,
  storedPresence,
  storedSettings,
  storedAccounts,
  storedHoldings,
  storedTokens,
  storedNetworks,
]

/** Shows the wallet as it was known last: its first paint waits for the disk, and for nobody who answers. */
export async function paintWallet(isWide: boolean): Promise<void> {
  await readFirst(first)
  createRoot(document.getElementById('root')!).render(<WalletPage isWide={isWide} />)
}
