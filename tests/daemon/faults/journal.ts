/** What a device got and sent, whatever became of the daemon since. */
import type { Kept, Through } from '../test-device.ts'
import type { Packet } from '../wire.ts'

export type Journal = {
  /** Who it is, once it has shaken hands. */
  kept?: Kept
  readonly received: Packet[]
  readonly sent: Packet[]
}

export const newJournal = (): Journal => ({ received: [], sent: [] })

/** Writes down everything on a wire, in the moment in which it is there. */
export const into =
  (journal: Journal, onReceive?: () => void): Through =>
  (wire, kept) => {
    journal.kept = kept
    return {
      send(packet) {
        journal.sent.push(packet)
        wire.send(packet)
      },
      async receive() {
        const packet = await wire.receive()
        journal.received.push(packet)
        onReceive?.()
        return packet
      },
      close: () => wire.close(),
    }
  }
