import {
  COSIGNER,
  type ControlMessage,
  DEVICE,
  type Header,
  encodeControl,
  headerOf,
} from '@tandem/protocol'

/** A message to the device, before the channel encrypts it. */
export type Said = { readonly header: Header; readonly body: Uint8Array }

/** A control message under the header that its own fields demand. */
export function controlOf(message: ControlMessage): Said {
  const about = {
    ...('requestId' in message && { requestId: message.requestId }),
    ...('instanceId' in message && { requestId: message.instanceId }),
    ...('index' in message && { index: message.index }),
    ...('attempt' in message && { attempt: message.attempt }),
  }
  return { header: headerOf(message.type, COSIGNER, DEVICE, about), body: encodeControl(message) }
}
