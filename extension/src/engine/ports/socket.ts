/** Opens a WebSocket to a co-signer: binary frames, in order. */
export type OpenSocket = (url: string, on: SocketEvents) => Socket

export type SocketEvents = {
  open(): void
  frame(frame: Uint8Array): void
  /** Once, also when it never opened. The number is what the other end said, if it did. */
  closed(code?: number): void
}

export type Socket = {
  send(frame: Uint8Array): void
  close(): void
}
