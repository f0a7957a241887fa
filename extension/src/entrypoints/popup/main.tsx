import { createRoot } from 'react-dom/client'
import * as z from 'zod'
import { PopupPage } from '../../ui/wallet/PopupPage.tsx'

z.config({ jitless: true })

createRoot(document.getElementById('root')!).render(<PopupPage />)
