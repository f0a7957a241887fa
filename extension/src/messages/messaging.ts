import { defineExtensionMessaging } from '@webext-core/messaging'
import type { Answer, Call } from './calls.ts'

/**
 * | message      | from                    | to             |
 * | ------------ | ----------------------- | -------------- |
 * | `engine`     | background              | engine         |
 * | `background` | screens                 | background     |
 * | `told`       | engine                  | background     |
 *
 * Pages have no part in it: their relay has a port of its own (page-channel.ts).
 */
type Contexts = {
  engine(call: Call): Answer
  background(call: Call): Answer
  /** A packed {@link EngineEvent}. */
  told(event: unknown): void
}

const quiet = () => undefined

export const { sendMessage, onMessage } = defineExtensionMessaging<Contexts>({
  // What travels is nobody else's business, a log's least of all.
  logger: { debug: quiet, log: quiet, warn: quiet, error: quiet },
})
