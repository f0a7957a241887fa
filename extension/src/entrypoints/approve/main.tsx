import '../../messages/without-eval.ts'
import { createRoot } from 'react-dom/client'
import { ApprovePage } from '../../ui/approval/ApprovePage.tsx'

createRoot(document.getElementById('root')!).render(<ApprovePage />)
