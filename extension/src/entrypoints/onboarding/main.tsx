import '../../messages/without-eval.ts'
import { createRoot } from 'react-dom/client'
import { OnboardingPage } from '../../ui/onboarding/OnboardingPage.tsx'

createRoot(document.getElementById('root')!).render(<OnboardingPage />)
