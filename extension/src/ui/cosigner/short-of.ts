/** An id as the co-signer's own screen names it. */
export const shortOf = (id: string): string => id.slice(0, 8)
