import '../../messages/without-eval.ts'
import { createRoot } from 'react-dom/client'
import { Gallery } from './Gallery.tsx'

createRoot(document.getElementById('root')!).render(<Gallery />)
