/** Enough of an id to tell it from others, and to type. */
export const short = (id: string): string => id.slice(0, 8)

/** `2026-11-22 21:40 UTC`: the same on every machine. */
export const day = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
