/** The page: asks the worker what its address lists, and shows the answers. */
import type { Question, Runtime } from './messages.ts'

declare const chrome: { readonly runtime: Runtime }

const report: Record<string, unknown> = {}
// An answer to each message also keeps the worker alive.
for (const question of location.hash.slice(1).split(',') as Question[])
  report[question] = await chrome.runtime.sendMessage(question)
document.querySelector('#report')!.textContent = JSON.stringify(report)
