import { beforeEach, expect, test, vi } from 'vitest'
import { approvalWindow } from './approval-window.ts'

/** Windows by id, as a browser tells of them: whose page is there it can name, and of others how far they are. */
type Shown = { isThere: boolean; status: 'loading' | 'complete' }
const there = vi.hoisted(() => ({ windows: new Map<number, Shown>(), kept: {} as object }))

vi.mock('wxt/browser', () => {
  const { windows } = there
  return {
    browser: {
      storage: {
        session: {
          get: async () => there.kept,
          set: async (items: object) => void Object.assign(there.kept, items),
          onChanged: { addListener: () => undefined },
        },
      },
      runtime: {
        getContexts: async () =>
          [...windows].flatMap(([windowId, { isThere }]) => (isThere ? [{ windowId }] : [])),
      },
      tabs: {
        query: async ({ windowId }: { windowId: number }) => {
          const { status } = windows.get(windowId) ?? {}
          return status ? [{ status }] : []
        },
      },
      windows: {
        onRemoved: { addListener: () => undefined },
        update: async () => undefined,
        async create() {
          const id = windows.size + 1
          windows.set(id, { isThere: false, status: 'loading' })
          return { id }
        },
      },
    },
  }
})

vi.stubGlobal('location', new URL('chrome-extension://tandem/background.js'))

beforeEach(() => {
  there.windows.clear()
  there.kept = {}
})

test('a question that comes while the window loads opens no second one', async () => {
  const window = approvalWindow(() => undefined)
  await window.show({ front: true })
  await window.show({ front: true })
  expect(there.windows.size).toBe(1)
  Object.assign(there.windows.get(1)!, { isThere: true, status: 'complete' })
  await window.show({ front: true })
  expect(there.windows.size).toBe(1)
})

test('a window whose page died, or that is gone, is opened anew', async () => {
  const window = approvalWindow(() => undefined)
  await window.show({ front: true })
  Object.assign(there.windows.get(1)!, { status: 'complete' })
  await window.show({ front: true })
  expect(there.windows.size).toBe(2)
})
