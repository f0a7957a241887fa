import { createRoot } from 'react-dom/client'
import * as z from 'zod'
import { OnboardingPage } from '../../ui/onboarding/OnboardingPage.tsx'

z.config({ jitless: true })

createRoot(document.getElementById('root')!).render(<OnboardingPage />)
