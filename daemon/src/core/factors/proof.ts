import type { ControlMessage } from '@tandem/protocol'

/** What a person shows beside the click, as the device passes it on. */
export type Proof = Extract<ControlMessage, { type: 'factor' }>['proof']
