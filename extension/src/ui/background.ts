import { useEffect, useState } from 'react'
import { browser } from 'wxt/browser'
import * as z from 'zod'
import type { Approval } from '../messages/approval.ts'
import { type BackgroundCalls, SCREEN_PORT } from '../messages/background.ts'
import { remote } from '../messages/calls.ts'
import { EngineEvent } from '../messages/engine.ts'
import { sendMessage } from '../messages/messaging.ts'
import { unpack } from '../messages/wire-json.ts'

/** The background, asked. */
export const background = remote<BackgroundCalls>((call) => sendMessage('background', call))

/** What a screen hears: what is open, or what the engine told. */
const News = z.strictObject({
  approvals: z.custom<readonly Approval[]>(Array.isArray).optional(),
  event: EngineEvent.optional(),
})
export type News = z.infer<typeof News>

/** What the background tells, for as long as the screen is there. */
export function useNews(hear: (news: News) => void): void {
  useEffect(() => {
    let isOver = false
    let port: ReturnType<typeof browser.runtime.connect>
    const open = () => {
      port = browser.runtime.connect({ name: SCREEN_PORT })
      port.onMessage.addListener((message: unknown) => hear(News.parse(unpack(message))))
      // The worker was stopped: it is started by coming back.
      port.onDisconnect.addListener(() => {
        if (!isOver) open()
      })
    }
    open()
    return () => {
      isOver = true
      port.disconnect()
    }
    // The listener of the first render stays.
  }, [])
}

/** What is open, oldest first; nothing before it is known. */
export function useApprovals(): readonly Approval[] | undefined {
  const [open, setOpen] = useState<readonly Approval[]>()
  useNews(({ approvals }) => {
    if (approvals) setOpen(approvals)
  })
  return open
}
