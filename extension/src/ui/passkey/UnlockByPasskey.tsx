import { useEffect, useState } from 'react'
import { browser } from 'wxt/browser'
import { i18n } from '#i18n'
import type { LockPasskey } from '../../messages/passkey-lock.ts'
import { Button } from '../parts/Button.tsx'
import { codeOf } from '../words/errors.ts'
import { go } from '../route.ts'
import { unlockByPasskey } from './lock-passkey.ts'
import { hasPasskeys } from './prf.ts'
import { useLockPasskeys } from './use-lock-passkeys.ts'

/** Where a tab of the wallet asks for the passkey by itself. */
const ASKING = '#/passkey'
const isAsking = (): boolean => location.hash === ASKING

/** The other way in, where there is one. Its place is kept free, so that nothing moves when it is known. */
export function UnlockByPasskey() {
  const { passkeys = [] } = useLockPasskeys()
  if (!hasPasskeys()) return null
  return <div className="min-h-22">{passkeys.length > 0 && <Offered passkeys={passkeys} />}</div>
}

function Offered({ passkeys }: { readonly passkeys: readonly LockPasskey[] }) {
  const [trouble, setTrouble] = useState<string>()
  const [isBusy, setBusy] = useState(false)

  async function unlock(): Promise<void> {
    // A popup has no place for the browser's question, and dies when it loses the focus.
    if (!(await browser.tabs.getCurrent())) {
      await browser.tabs.create({ url: `/app.html${ASKING}` })
      window.close()
      return
    }
    setTrouble(undefined)
    setBusy(true)
    try {
      await unlockByPasskey(passkeys)
      if (isAsking()) go()
    } catch (error) {
      setTrouble(i18n.t(codeOf(error) === 'passkey' ? 'passkeyLock.wrong' : 'passkeyLock.none'))
    } finally {
      setBusy(false)
    }
  }

  useEffect(() => {
    if (isAsking()) void unlock()
    // Once, when it is known which passkeys there are.
  }, [])

  return (
    <>
      <Button className="mt-3 w-full" disabled={isBusy} onClick={() => void unlock()}>
        {i18n.t('passkeyLock.open')}
      </Button>
      <p role="alert" className="mt-2 text-deny">
        {trouble}
      </p>
    </>
  )
}
