import { createRoot } from 'react-dom/client'
import * as z from 'zod'
import { WalletPage } from '../../ui/wallet/WalletPage.tsx'

z.config({ jitless: true })

createRoot(document.getElementById('root')!).render(<WalletPage isWide />)
