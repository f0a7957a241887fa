import { createRoot } from 'react-dom/client'
import * as z from 'zod'
import { Gallery } from './Gallery.tsx'

z.config({ jitless: true })

createRoot(document.getElementById('root')!).render(<Gallery />)
