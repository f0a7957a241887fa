import { createRoot } from 'react-dom/client'
import * as z from 'zod'
import { ApprovePage } from '../../ui/approval/ApprovePage.tsx'

z.config({ jitless: true })

createRoot(document.getElementById('root')!).render(<ApprovePage />)
