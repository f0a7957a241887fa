import '../../messages/without-eval.ts'
import { createRoot } from 'react-dom/client'
import { WalletPage } from '../../ui/wallet/WalletPage.tsx'

createRoot(document.getElementById('root')!).render(<WalletPage isWide />)
