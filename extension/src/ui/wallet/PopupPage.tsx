import { useEffect, useState } from 'react'
import { browser } from 'wxt/browser'
import { i18n } from '#i18n'
import type { EngineState } from '../../messages/engine.ts'
import { background, useNews } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Mark } from '../parts/Mark.tsx'
import { HomePage } from './HomePage.tsx'
import { LockPage } from './LockPage.tsx'

/** What the toolbar opens. It dies when it loses the focus, so nothing is signed in it. */
export function PopupPage() {
  const [state, setState] = useState<EngineState>()
  const [waiting, setWaiting] = useState(0)
  useNews(({ event, approvals }) => {
    if (event?.event === 'state') setState(event.state)
    if (approvals) setWaiting(approvals.length)
  })
  useEffect(() => void background.state().then(setState), [])
  // The frame stands before anything is known.
  if (!state) return <Shell />
  if (state.lock === 'locked') return <LockPage />
  if (state.lock === 'none' || state.wallet !== 'ready') return <Begin />
  return <HomePage cosigner={state.cosigner} waiting={waiting} />
}

function Shell() {
  return (
    <div className="flex h-full items-center justify-center">
      <Mark size={40} />
    </div>
  )
}

function Begin() {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 px-8 text-center">
      <Mark size={48} state="apart" />
      <h1 className="mt-2 text-headline">{i18n.t('home.begin')}</h1>
      <p className="text-ink2">{i18n.t('home.beginText')}</p>
      <Button
        weight="filled"
        className="mt-3 w-full"
        onClick={() =>
          void browser.tabs.create({ url: new URL('/onboarding.html', location.href).href })
        }
      >
        {i18n.t('action.next')}
      </Button>
    </div>
  )
}
