/** Milliseconds: on the clock that all processes of the machine share, and of work of the daemon's own thread. */
export type Moment = { readonly at: number; readonly worked: number }

export type Span = { readonly connection: number; readonly from: Moment; readonly to: Moment }

/** A frame from a device, from when the core has it until it is done, and when its answers left. */
export type Take = Span & { readonly left: readonly Moment[] }

/** What a recorded daemon notes. */
export type Records = { readonly takes: Take[]; readonly steps: Span[] }
