import { useEffect } from 'react'
import { i18n } from '#i18n'
import { Button } from '../parts/Button.tsx'
import { Mark } from '../parts/Mark.tsx'

/** Neither place in which this browser keeps its share has it whole. Nothing is made over it. */
export function DamagedPage() {
  useEffect(() => {
    document.title = i18n.t('damaged.title')
  }, [])
  return (
    <main className="mx-auto flex min-h-full max-w-[400px] flex-col items-center justify-center px-8 py-6 text-center">
      <Mark size={56} state="apart" />
      <h1 className="mt-4 text-headline">{i18n.t('damaged.title')}</h1>
      <p className="mt-3 text-ink2">{i18n.t('damaged.money')}</p>
      <p className="mt-3 text-ink2">{i18n.t('damaged.next')}</p>
      <Button weight="filled" className="mt-6 w-full" onClick={() => location.reload()}>
        {i18n.t('action.again')}
      </Button>
    </main>
  )
}
